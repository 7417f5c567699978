/**
 * What a criterion sees of a prunable group: the members that `pruning` found, with the elements of their
 * initialisers. Plain data, so that a test can write one by hand; `viewsOf` in `score.ts` makes it from a graph.
 */
import type { Group, Member } from '@topiary/pruning';

export interface MemberView
  extends Pick<Member, 'initializer' | 'axis' | 'role' | 'op' | 'offsets' | 'positions' | 'divisor'> {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface GroupView extends Pick<Group, 'id' | 'channels'> {
  readonly members: readonly MemberView[];
}
