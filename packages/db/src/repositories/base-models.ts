/** The model that a board starts from: shipped with the project or imported by a run; one per board is active. */

import type { BaseModel, BaseModels, NewBaseModel } from '../board-types.js';
import type { Client, Prisma, Transaction } from '../client.js';
import { transaction } from '../client.js';
import { newId } from '../identifiers.js';
import { fromJson, toJson } from './rows.js';

const toBaseModel = (row: Prisma.BaseModelModel): BaseModel => ({
  id: row.id,
  board: row.board,
  sha256: row.sha256,
  bytes: Number(row.bytes),
  settings: fromJson<BaseModel['settings']>(row.settings),
  metrics: fromJson<BaseModel['metrics']>(row.metrics),
  params: Number(row.params),
  macs: fromJson<BaseModel['macs']>(row.macs),
  splitHash: row.splitHash,
  provenance: row.provenance === 'shipped' ? 'shipped' : 'measured',
  run: row.runId,
  active: row.activeBoard !== null,
  createdAt: row.createdAt.toISOString(),
});

/** The board's place is unique in the table: two activations at once queue up behind each other. */
export const activateBaseModel = async (
  tx: Transaction,
  model: NewBaseModel,
  run: string | null,
): Promise<BaseModel> => {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`base-model ${model.board}`}, 0))`;
  await tx.artefact.createMany({
    data: [{ sha256: model.sha256, bytes: BigInt(model.bytes), mediaType: 'application/onnx' }],
    skipDuplicates: true,
  });
  await tx.baseModel.updateMany({ where: { activeBoard: model.board }, data: { activeBoard: null } });
  const row = await tx.baseModel.create({
    data: {
      ...model,
      id: newId(),
      activeBoard: model.board,
      bytes: BigInt(model.bytes),
      settings: toJson(model.settings),
      metrics: toJson(model.metrics),
      params: BigInt(model.params),
      macs: toJson(model.macs),
      runId: run,
    },
  });
  return toBaseModel(row);
};

const activate = (client: Client, model: NewBaseModel): Promise<BaseModel> =>
  transaction(client, async (tx) => {
    const active = await tx.baseModel.findUnique({ where: { activeBoard: model.board } });
    if (active?.sha256 === model.sha256 && active.splitHash === model.splitHash) return toBaseModel(active);
    return activateBaseModel(tx, model, null);
  });

export const baseModels = (client: Client): BaseModels => ({
  active: async (board) => {
    const row = await client.baseModel.findUnique({ where: { activeBoard: board } });
    return row === null ? null : toBaseModel(row);
  },
  allActive: async () =>
    (await client.baseModel.findMany({ where: { activeBoard: { not: null } }, orderBy: { board: 'asc' } })).map(
      toBaseModel,
    ),
  list: async (board) =>
    (await client.baseModel.findMany({ where: { board }, orderBy: { id: 'desc' } })).map(toBaseModel),
  activate: (model) => activate(client, model),
});
