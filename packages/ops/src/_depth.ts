/** What DepthToSpace and SpaceToDepth share: blocks of b × b pixels as channels. */
import { intOf, type Node } from '@topiary/onnx';
import { badNode } from './_rules.js';

export const blockOf = (node: Node): number => {
  const block = intOf(node, 'blocksize', 0);
  if (block < 1) throw badNode(node, 'a blocksize of one or more', `${block}`);
  return block;
};

export const checkPicture = (node: Node, rank: number): void => {
  if (rank !== 4) throw badNode(node, 'pictures [N, C, H, W]', `${rank} dimensions`);
};
