/**
 * The table of error codes: `TOPIARY_<PART>_<WHAT>`. A code is stable: once released it is never renamed.
 *
 * `blame` says who can mend it (the caller, the operator of the server, or us); `retry` says whether the same
 * call may succeed later without being changed. HTTP statuses live in `contracts`.
 */
export type Blame = 'caller' | 'operator' | 'topiary';

export interface ErrorFact {
  readonly title: string;
  readonly blame: Blame;
  readonly retry: boolean;
}

const fact = (title: string, blame: Blame, retry = false): ErrorFact => ({ title, blame, retry });

export const CODES = {
  // onnx: the file format
  TOPIARY_ONNX_NOT_A_MODEL: fact('The file is not an ONNX model', 'caller'),
  TOPIARY_ONNX_TRUNCATED: fact('The ONNX file ends too early', 'caller'),
  TOPIARY_ONNX_UNSUPPORTED: fact('The ONNX file uses a feature that is not supported', 'caller'),
  TOPIARY_ONNX_INVALID_GRAPH: fact('The graph is not valid', 'caller'),
  // ops, canonical: operators and shapes
  TOPIARY_OPS_UNKNOWN_OPERATOR: fact('The graph has an operator that is not known here', 'caller'),
  TOPIARY_OPS_BAD_NODE: fact('An operator is used with inputs or attributes that it does not take', 'caller'),
  TOPIARY_OPS_UNRESOLVED_SHAPE: fact('A shape cannot be resolved', 'caller'),
  TOPIARY_OPS_NO_GRADIENT: fact('An operator has no gradient', 'caller'),
  // autodiff, lowering, runtime
  TOPIARY_AUTODIFF_BAD_REQUEST: fact('The gradient asked for does not exist', 'topiary'),
  TOPIARY_LOWERING_NO_RULE: fact('An abstract operator has no lowering', 'topiary'),
  TOPIARY_RUNTIME_PROVIDER: fact('The execution provider is not available', 'operator'),
  TOPIARY_RUNTIME_SESSION: fact('onnxruntime refused the graph', 'topiary'),
  TOPIARY_RUNTIME_NOT_FINITE: fact('A computation gave a value that is not finite', 'caller'),
  TOPIARY_RUNTIME_ABORTED: fact('The computation was cancelled', 'caller'),
  TOPIARY_RUNTIME_CHECKPOINT: fact('The checkpoint is not one of this training', 'caller'),
  // pruning
  TOPIARY_PRUNING_IMPOSSIBLE_TARGET: fact('The target cannot be reached', 'caller'),
  TOPIARY_PRUNING_NOTHING_TO_PRUNE: fact('The network has no prunable group', 'caller'),
  TOPIARY_PRUNING_UNKNOWN_LAYER: fact('No layer of the network is called so', 'caller'),
  TOPIARY_PRUNING_BAD_CUT: fact('The network cannot be cut there', 'caller'),
  TOPIARY_PRUNING_BAD_PLAN: fact('The plan does not fit the network', 'topiary'),
  // methods
  TOPIARY_METHODS_UNKNOWN: fact('No method has this kind and id', 'caller'),
  TOPIARY_METHODS_CANNOT_SERVE: fact('The method cannot serve this network or task', 'caller'),
  TOPIARY_METHODS_PARAMETER: fact('A parameter is out of range', 'caller'),
  // pipeline, tasks
  TOPIARY_PIPELINE_PART: fact('The pipeline has no such part, or parts that contradict each other', 'caller'),
  TOPIARY_PIPELINE_SCHEDULE: fact('The schedule cannot be played', 'caller'),
  TOPIARY_PIPELINE_PORT: fact('A port is given something that it does not take', 'caller'),
  TOPIARY_TASKS_UNKNOWN: fact('No task has this id', 'caller'),
  TOPIARY_TASKS_SETTINGS: fact("The settings are not those of the board's task", 'caller'),
  TOPIARY_TASKS_STEPS: fact('A sampling cannot have so many steps', 'caller'),
  TOPIARY_TASKS_FEATURES: fact('Features cannot be compared', 'topiary'),
  TOPIARY_TASKS_CANNOT_SERVE: fact('The method cannot serve this task', 'caller'),
  TOPIARY_TASKS_PROMPT: fact('The prompt cannot be meant so', 'caller'),
  // gate: uploaded files
  TOPIARY_GATE_TOO_LARGE: fact('The file is larger than this server takes', 'caller'),
  TOPIARY_GATE_NOT_ONNX: fact('The file is not an ONNX model', 'caller'),
  TOPIARY_GATE_MALFORMED: fact('The file is not a well-formed ONNX model', 'caller'),
  TOPIARY_GATE_LIMIT: fact('The file exceeds a limit', 'caller'),
  TOPIARY_GATE_EXTERNAL_DATA: fact('The file points to data outside of itself', 'caller'),
  TOPIARY_GATE_MARKER: fact('The file carries a marker that only onnxruntime may set', 'caller'),
  TOPIARY_GATE_SUBGRAPH: fact('The file has control flow', 'caller'),
  TOPIARY_GATE_FORBIDDEN: fact('The file has something that an upload may not have', 'caller'),
  TOPIARY_GATE_OPSET: fact('The opset of the file is out of range', 'caller'),
  TOPIARY_GATE_DOMAIN: fact('An operator is not of the standard domain', 'caller'),
  TOPIARY_GATE_OPERATOR: fact('An operator is not allowed in an upload', 'caller'),
  TOPIARY_GATE_ARITY: fact('An operator has more or fewer inputs or outputs than it takes', 'caller'),
  TOPIARY_GATE_ATTRIBUTE: fact('An operator has an attribute that it does not take', 'caller'),
  TOPIARY_GATE_SHAPE: fact('A shape is unknown, impossible or too large', 'caller'),
  TOPIARY_GATE_TYPE: fact('A value has an element type that an upload may not have', 'caller'),
  TOPIARY_GATE_INPUT: fact('The inputs are not those that were asked for', 'caller'),
  TOPIARY_GATE_OUTPUT: fact('The outputs are not those that were asked for', 'caller'),
  TOPIARY_GATE_CONSTANT: fact('The output does not depend on the input', 'caller'),
  TOPIARY_GATE_NOT_FINITE: fact('A number in the file is not finite', 'caller'),
  TOPIARY_GATE_MEMORY: fact('The network needs more memory than a run has', 'caller'),
  TOPIARY_GATE_MACS: fact('The network computes more than the dense base', 'caller'),
  TOPIARY_GATE_HIDDEN_MACS: fact('The network computes outside of its layers what layers compute', 'caller'),
  TOPIARY_GATE_NO_MACS: fact('The network has no layer that computes', 'caller'),
  TOPIARY_GATE_WORK: fact('The network works more between its layers than the dense base', 'caller'),
  TOPIARY_GATE_PARAMETERS: fact('The file holds more numbers than the dense base', 'caller'),
  TOPIARY_GATE_NOT_RUNNABLE: fact('onnxruntime cannot run the network', 'caller'),
  TOPIARY_GATE_NOT_SMALLER: fact('The network is not as small as its target', 'caller'),
  TOPIARY_GATE_BATCH: fact('What the network says of a picture depends on the others of the batch', 'caller'),
  TOPIARY_GATE_MEMORISED: fact('The network knows pictures by heart', 'caller'),
  // sandbox: the process that handles what strangers sent
  TOPIARY_SANDBOX_TIME: fact('The file took longer than it may', 'caller'),
  TOPIARY_SANDBOX_MEMORY: fact('The file needed more memory than it may', 'caller'),
  TOPIARY_SANDBOX_INCOMPLETE: fact('This machine cannot shut uploads in as its operator asks', 'operator'),
  TOPIARY_SANDBOX_FORGED: fact('The process that handled the file said what is not so', 'caller'),
  TOPIARY_SANDBOX_CRASHED: fact('The process that handled the file died', 'caller'),
  // zoo, tracks
  TOPIARY_ZOO_UNKNOWN: fact('No model or data set has this id', 'caller'),
  TOPIARY_ZOO_DATA_MISSING: fact('The data set is not on this machine', 'operator'),
  TOPIARY_ZOO_NOT_TRAINED: fact('The network does not know its task', 'caller'),
  TOPIARY_ZOO_CLASSES: fact('The classes do not fit the data set', 'caller'),
  TOPIARY_ZOO_DATA_CORRUPT: fact('The data set is damaged', 'operator'),
  TOPIARY_ZOO_WEIGHTS_FILE: fact('The file holds no weights that can be read', 'caller'),
  TOPIARY_ZOO_WEIGHTS_UNSAFE: fact('The checkpoint asks for more than tensors', 'caller'),
  TOPIARY_ZOO_WEIGHTS_KEYS: fact('The weights are not those of the network', 'caller'),
  TOPIARY_TRACKS_UNKNOWN_BOARD: fact('No board has this id', 'caller'),
  TOPIARY_TRACKS_BAD_RECIPE: fact('The recipe contradicts itself', 'caller'),
  TOPIARY_TRACKS_AXIS: fact('The method does not change what the target asks for', 'caller'),
  TOPIARY_TRACKS_BOARD_CLOSED: fact('The board takes no submissions here', 'operator'),
  TOPIARY_STATS_BAD_INPUT: fact('A statistic was asked of values that it is not defined for', 'topiary'),
  // storage, queue, db
  TOPIARY_STORAGE_NOT_FOUND: fact('No artefact has this hash', 'caller'),
  TOPIARY_STORAGE_HASH_MISMATCH: fact('The bytes do not match their hash', 'operator'),
  TOPIARY_STORAGE_FULL: fact('The disk of this server is full', 'operator', true),
  TOPIARY_STORAGE_UNAVAILABLE: fact('The storage cannot be reached', 'operator', true),
  TOPIARY_UPLOAD_OFFSET: fact('The piece does not begin where the upload ends', 'caller', true),
  TOPIARY_UPLOAD_CHECKSUM: fact('The upload is not the file that was announced', 'caller', true),
  TOPIARY_QUEUE_UNAVAILABLE: fact('The queue cannot be reached', 'operator', true),
  TOPIARY_QUEUE_STUCK: fact('Runs wait and nobody takes them', 'operator', true),
  TOPIARY_DB_UNAVAILABLE: fact('The database cannot be reached', 'operator', true),
  TOPIARY_DB_MIGRATION: fact('A database migration failed', 'operator'),
  TOPIARY_DB_NOT_FOUND: fact('There is no such record', 'caller'),
  // api
  TOPIARY_API_VALIDATION: fact('The request does not fit the schema', 'caller'),
  TOPIARY_API_UNAUTHENTICATED: fact('A key or a login is needed', 'caller'),
  TOPIARY_API_FORBIDDEN: fact('This key may not do that', 'caller'),
  TOPIARY_API_NOT_FOUND: fact('There is nothing at this address', 'caller'),
  TOPIARY_API_CONFLICT: fact('The request conflicts with the present state', 'caller'),
  TOPIARY_API_TOO_LARGE: fact('The request is too large', 'caller'),
  TOPIARY_API_RATE_LIMITED: fact('Too many requests', 'caller', true),
  TOPIARY_API_QUOTA: fact('That would be more than one person may have', 'caller', true),
  TOPIARY_API_INTERNAL: fact('Something went wrong on our side', 'topiary', true),
  // worker, start
  TOPIARY_WORKER_TIMEOUT: fact('The run passed its time limit', 'caller'),
  TOPIARY_WORKER_CRASHED: fact('The process that computed the run died', 'topiary', true),
  TOPIARY_WORKER_LEASE_LOST: fact('Another attempt has taken the run over', 'topiary'),
  TOPIARY_START_ENVIRONMENT: fact('An environment variable is wrong', 'operator'),
  TOPIARY_START_ALREADY_RUNNING: fact('A server already runs on this home', 'operator'),
  TOPIARY_BACKUP_NOT_EMPTY: fact('A back-up is restored into an empty home', 'operator'),
  TOPIARY_BACKUP_DAMAGED: fact('The back-up is not what it was when it was made', 'operator'),
  TOPIARY_BACKUP_PLACE: fact('There is no such back-up', 'operator'),
  TOPIARY_START_POSTGRES: fact('The embedded Postgres did not start', 'operator'),
} as const satisfies Record<`TOPIARY_${string}`, ErrorFact>;

export type ErrorCode = keyof typeof CODES;
