"""What the server says and takes. Made from its OpenAPI document by scripts/python-models.ts: do not edit."""
# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from typing_extensions import NotRequired


class Target(TypedDict):
    axis: str
    value: float
    label: str


class Training(TypedDict):
    steps: int
    batch: int
    optimizer: Literal["sgd", "adamw"]
    lr: float
    momentum: float
    weightDecay: float
    schedule: Literal["constant", "cosine", "step"]
    warmup: int
    clip: float
    ema: float
    labelSmoothing: float
    mixup: float
    cutmix: float
    distillation: Literal["none", "soft", "hard"]
    distillationWeight: float
    temperature: float


class BoardPrune(TypedDict):
    solve: Literal["bisect", "first-crossing"] | None
    steps: int
    strata: Literal["as-scored", "even"]
    parameters: Literal["current", "before"]


class BoardBaseMetricsItem(TypedDict):
    id: str
    value: float
    n: int


class BoardBaseMacs(TypedDict):
    pure: float
    published: float


class BoardBase(TypedDict):
    metrics: list[BoardBaseMetricsItem]
    params: float
    macs: BoardBaseMacs


class BoardBestItem(TypedDict):
    target: str
    value: float
    label: str
    provenance: Literal["measured", "shipped", "reported"]


class BoardPartsItem(TypedDict):
    hash: str
    title: str


class Board(TypedDict):
    id: str
    version: str
    frozen: bool
    versions: list[str]
    title: str
    track: str
    model: str
    dataset: str
    targets: list[Target]
    targetsBecause: NotRequired[str]
    protocol: str
    finetune: Training
    sparsify: Training
    prune: BoardPrune
    scope: NotRequired[Literal["local", "global", "isomorphic"]]
    estimateSeconds: float
    lacks: NotRequired[list[Literal["batch-norm", "maps", "rows", "label-odds"]]]
    state: Literal["open", "reported-only"]
    reason: str | None
    base: BoardBase | None
    methods: int
    best: list[BoardBestItem]
    lastActivity: str | None
    testSplit: NotRequired[Literal["open", "hidden"] | None]
    parts: NotRequired[list[BoardPartsItem]]
    note: NotRequired[str]
    shown: NotRequired[list[str]]
    closed: NotRequired[bool]
    unlisted: NotRequired[bool]


class RecipeInputParams(TypedDict):
    criterion: NotRequired[dict[str, float | str | bool]]
    regularizer: NotRequired[dict[str, float | str | bool]]
    procedure: NotRequired[dict[str, float | str | bool]]


class RecipeInputPrune(TypedDict):
    solve: NotRequired[Literal["bisect", "first-crossing"] | None]
    protection: NotRequired[float]
    roundTo: NotRequired[int]
    heads: NotRequired[bool]
    steps: NotRequired[int]
    batches: NotRequired[int]
    ignore: NotRequired[list[str]]
    strata: NotRequired[Literal["as-scored", "even"]]
    shuffle: NotRequired[bool]


class RecipeInputSparsify(TypedDict):
    steps: NotRequired[int | None]
    batch: NotRequired[int | None]
    optimizer: NotRequired[Literal["sgd", "adamw"] | None]
    lr: NotRequired[float | None]
    momentum: NotRequired[float | None]
    weightDecay: NotRequired[float | None]
    schedule: NotRequired[Literal["constant", "cosine", "step"] | None]
    warmup: NotRequired[int | None]
    clip: NotRequired[float | None]
    ema: NotRequired[float | None]
    labelSmoothing: NotRequired[float | None]
    mixup: NotRequired[float | None]
    cutmix: NotRequired[float | None]
    distillation: NotRequired[Literal["none", "soft", "hard"] | None]
    distillationWeight: NotRequired[float | None]
    temperature: NotRequired[float | None]


class RecipeInputFinetune(TypedDict):
    steps: NotRequired[int | None]
    batch: NotRequired[int | None]
    optimizer: NotRequired[Literal["sgd", "adamw"] | None]
    lr: NotRequired[float | None]
    momentum: NotRequired[float | None]
    weightDecay: NotRequired[float | None]
    schedule: NotRequired[Literal["constant", "cosine", "step"] | None]
    warmup: NotRequired[int | None]
    clip: NotRequired[float | None]
    ema: NotRequired[float | None]
    labelSmoothing: NotRequired[float | None]
    mixup: NotRequired[float | None]
    cutmix: NotRequired[float | None]
    distillation: NotRequired[Literal["none", "soft", "hard"] | None]
    distillationWeight: NotRequired[float | None]
    temperature: NotRequired[float | None]


class RecipeInput(TypedDict):
    criterion: NotRequired[str | None]
    regularizer: NotRequired[str | None]
    procedure: NotRequired[str | None]
    scope: NotRequired[Literal["local", "global", "isomorphic"]]
    params: NotRequired[RecipeInputParams]
    prune: NotRequired[RecipeInputPrune]
    sparsify: NotRequired[RecipeInputSparsify]
    finetune: NotRequired[RecipeInputFinetune]


class CreateSubmissionInputRecipe(TypedDict):
    kind: Literal["recipe"]
    board: str
    device: NotRequired[Literal["cpu", "gpu"]]
    private: NotRequired[bool]
    title: NotRequired[str]
    recipe: NotRequired[RecipeInput]
    next: NotRequired[list[RecipeInput]]
    targets: NotRequired[list[str]]
    seeds: NotRequired[list[int]]


class CreateSubmissionInputPrunedModelsModelsItem(TypedDict):
    target: str
    file: str


class CreateSubmissionInputPrunedModels(TypedDict):
    kind: Literal["pruned-models"]
    board: str
    device: NotRequired[Literal["cpu", "gpu"]]
    private: NotRequired[bool]
    title: NotRequired[str]
    method: str
    paper: NotRequired[str | None]
    licence: str
    division: NotRequired[Literal["closed", "open"]]
    models: list[CreateSubmissionInputPrunedModelsModelsItem]
    seeds: NotRequired[list[int]]


class CreateSubmissionInputCriterionRecipeParams(TypedDict):
    criterion: NotRequired[dict[str, float | str | bool]]
    regularizer: NotRequired[dict[str, float | str | bool]]
    procedure: NotRequired[dict[str, float | str | bool]]


class CreateSubmissionInputCriterionRecipePrune(TypedDict):
    solve: NotRequired[Literal["bisect", "first-crossing"] | None]
    protection: NotRequired[float]
    roundTo: NotRequired[int]
    heads: NotRequired[bool]
    steps: NotRequired[int]
    batches: NotRequired[int]
    ignore: NotRequired[list[str]]
    strata: NotRequired[Literal["as-scored", "even"]]
    shuffle: NotRequired[bool]


class CreateSubmissionInputCriterionRecipeSparsify(TypedDict):
    steps: NotRequired[int | None]
    batch: NotRequired[int | None]
    optimizer: NotRequired[Literal["sgd", "adamw"] | None]
    lr: NotRequired[float | None]
    momentum: NotRequired[float | None]
    weightDecay: NotRequired[float | None]
    schedule: NotRequired[Literal["constant", "cosine", "step"] | None]
    warmup: NotRequired[int | None]
    clip: NotRequired[float | None]
    ema: NotRequired[float | None]
    labelSmoothing: NotRequired[float | None]
    mixup: NotRequired[float | None]
    cutmix: NotRequired[float | None]
    distillation: NotRequired[Literal["none", "soft", "hard"] | None]
    distillationWeight: NotRequired[float | None]
    temperature: NotRequired[float | None]


class CreateSubmissionInputCriterionRecipeFinetune(TypedDict):
    steps: NotRequired[int | None]
    batch: NotRequired[int | None]
    optimizer: NotRequired[Literal["sgd", "adamw"] | None]
    lr: NotRequired[float | None]
    momentum: NotRequired[float | None]
    weightDecay: NotRequired[float | None]
    schedule: NotRequired[Literal["constant", "cosine", "step"] | None]
    warmup: NotRequired[int | None]
    clip: NotRequired[float | None]
    ema: NotRequired[float | None]
    labelSmoothing: NotRequired[float | None]
    mixup: NotRequired[float | None]
    cutmix: NotRequired[float | None]
    distillation: NotRequired[Literal["none", "soft", "hard"] | None]
    distillationWeight: NotRequired[float | None]
    temperature: NotRequired[float | None]


class CreateSubmissionInputCriterionRecipe(TypedDict):
    regularizer: NotRequired[str | None]
    scope: NotRequired[Literal["local", "global", "isomorphic"]]
    params: NotRequired[CreateSubmissionInputCriterionRecipeParams]
    prune: NotRequired[CreateSubmissionInputCriterionRecipePrune]
    sparsify: NotRequired[CreateSubmissionInputCriterionRecipeSparsify]
    finetune: NotRequired[CreateSubmissionInputCriterionRecipeFinetune]


class CreateSubmissionInputCriterion(TypedDict):
    kind: Literal["criterion"]
    board: str
    device: NotRequired[Literal["cpu", "gpu"]]
    private: NotRequired[bool]
    title: NotRequired[str]
    method: str
    paper: NotRequired[str | None]
    licence: str
    file: str
    recipe: NotRequired[CreateSubmissionInputCriterionRecipe]
    targets: NotRequired[list[str]]
    seeds: NotRequired[list[int]]


class CreateSubmissionInputImport(TypedDict):
    device: NotRequired[Literal["cpu", "gpu"]]
    board: NotRequired[str]
    name: NotRequired[str]
    dataset: NotRequired[str]
    title: NotRequired[str]
    track: NotRequired[str]
    settings: NotRequired[dict[str, Any]]
    mean: NotRequired[list[float]]
    std: NotRequired[list[float]]
    classes: NotRequired[list[str]]
    kind: Literal["import"]
    model: str


CreateSubmissionInput = CreateSubmissionInputRecipe | CreateSubmissionInputPrunedModels | CreateSubmissionInputCriterion | CreateSubmissionInputImport


RowPlace = TypedDict(
    "RowPlace",
    {"from": "int", "to": "int", "text": "str"},
)


class RowSubmitter(TypedDict):
    id: str
    name: str


class RowMetricsItemBootstrap(TypedDict):
    low: float
    high: float


class RowMetricsItem(TypedDict):
    id: str
    phase: str
    value: float
    low: float | None
    high: float | None
    std: float | None
    n: int | None
    bootstrap: RowMetricsItemBootstrap | None
    interval: NotRequired[Literal["seeds and examples", "seeds", "examples", "none"]]
    isSpreadBorrowed: NotRequired[bool]


class RowAboveRandom(TypedDict):
    value: float
    low: float | None
    high: float | None


class RowByWidths(TypedDict):
    value: float
    low: float | None
    high: float | None


class RowParams(TypedDict):
    base: float | None
    left: float | None


class RowMacsPure(TypedDict):
    base: float | None
    left: float | None


class RowMacsPublished(TypedDict):
    base: float | None
    left: float | None


class RowMacs(TypedDict):
    pure: RowMacsPure
    published: RowMacsPublished


class RowCostsValue(TypedDict):
    base: float | None
    left: float | None


class RowLatency(TypedDict):
    p50Ms: float
    p99Ms: float
    baseP50Ms: float
    batch: int
    machine: str
    isSteady: bool


class RowSplits(TypedDict):
    row: str
    shown: int
    hidden: int
    of: int


class RowSource(TypedDict):
    title: str
    url: str
    table: str
    year: int


class Row(TypedDict):
    id: str
    rank: int | None
    tier: int | None
    place: RowPlace | None
    control: str | None
    aliases: list[str]
    provenances: list[Literal["measured", "shipped", "reported"]]
    reproduced: int
    contradicted: int
    ranking: str
    provenance: Literal["measured", "shipped", "reported"]
    division: Literal["closed", "open"]
    submission: str | None
    submitter: RowSubmitter | None
    openDisputes: int
    label: str
    recipe: dict[str, Any]
    target: Target
    achieved: float
    flags: list[str]
    base: float | None
    metrics: list[RowMetricsItem]
    aboveRandom: RowAboveRandom | None
    byWidths: RowByWidths | None
    widthShare: float | None
    params: RowParams
    macs: RowMacs
    costs: dict[str, RowCostsValue]
    latency: RowLatency | None
    machine: str
    seeds: list[int]
    splitHash: str
    splits: NotRequired[RowSplits | None]
    seconds: float | None
    stepSeconds: float | None
    epochSeconds: float | None
    source: RowSource | None
    note: str | None
    at: str | None


class LeaderboardRandomValue(TypedDict):
    verdict: Literal["fit", "more seeds", "unfit", "none"]
    seeds: int
    value: float | None
    low: float | None
    high: float | None


class Leaderboard(TypedDict):
    board: Board
    target: Target | None
    rows: list[Row]
    random: dict[str, LeaderboardRandomValue]
    nextCursor: str | None


class Problem(TypedDict):
    type: str
    title: str
    status: int
    code: str
    detail: str
    where: NotRequired[str]
    expected: NotRequired[str]
    got: NotRequired[str]
    requestId: NotRequired[str]


class SubmissionSubmitter(TypedDict):
    id: str
    name: str


class SubmissionRunCounts(TypedDict):
    queued: int
    running: int
    done: int
    failed: int
    cancelled: int


class SubmissionOutcomesItemMetricsItem(TypedDict):
    id: str
    phase: str
    value: float


class SubmissionOutcomesItem(TypedDict):
    target: str | None
    runs: int
    metrics: list[SubmissionOutcomesItemMetricsItem]


class SubmissionQueue(TypedDict):
    position: int
    estimatedStart: str | None


class SubmissionTries(TypedDict):
    all: int
    unpublished: int


class RunStagesItem(TypedDict):
    id: str
    title: str
    state: Literal["waiting", "running", "done", "failed", "skipped"]
    seconds: float | None
    progress: float | None


class ResultMetricsItem(TypedDict):
    id: str
    phase: str
    value: float
    n: int


class ResultParams(TypedDict):
    base: float
    left: float


class ResultMacsPure(TypedDict):
    base: float
    left: float


class ResultMacsPublished(TypedDict):
    base: float
    left: float


class ResultMacs(TypedDict):
    pure: ResultMacsPure
    published: ResultMacsPublished


class ResultCostsValue(TypedDict):
    base: float
    left: float


class ResultLatency(TypedDict):
    p50Ms: float
    p99Ms: float
    baseP50Ms: float
    baseP99Ms: float
    batch: int
    samples: int
    threads: NotRequired[int]
    drift: NotRequired[float]
    attempts: NotRequired[int]
    steady: NotRequired[bool]


class ResultWidthsItem(TypedDict):
    layer: str
    axis: int
    before: int
    after: int


class ResultArtefactsItem(TypedDict):
    kind: str
    sha256: str
    bytes: int
    mediaType: str
    title: NotRequired[str]


class ResultMachine(TypedDict):
    fingerprint: str
    cpu: str
    cores: int
    memoryBytes: float
    os: str
    node: str
    onnxruntime: str
    provider: str
    threads: int


class Result(TypedDict):
    achieved: float
    counter: Literal["published", "pure"]
    flags: list[str]
    metrics: list[ResultMetricsItem]
    params: ResultParams
    macs: ResultMacs
    costs: NotRequired[dict[str, ResultCostsValue]]
    axes: NotRequired[list[str]]
    latency: ResultLatency | None
    laps: NotRequired[dict[str, dict[str, float]]]
    peakMemoryBytes: float | None
    seconds: dict[str, float]
    stepSeconds: float | None
    epochSeconds: float | None
    widths: list[ResultWidthsItem]
    artefacts: list[ResultArtefactsItem]
    machine: ResultMachine
    recipeHash: str
    protocol: str
    codeVersion: str
    splitHash: str
    damagedPictures: NotRequired[int]


class Run(TypedDict):
    id: str
    submission: str
    board: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    target: Target | None
    seed: int
    attempt: int
    stages: list[RunStagesItem]
    problem: Problem | None
    result: Result | None
    createdAt: str
    startedAt: str | None
    finishedAt: str | None


class Submission(TypedDict):
    id: str
    kind: Literal["recipe", "pruned-models", "criterion", "import"]
    board: str
    title: str
    label: str
    recipe: dict[str, Any]
    targets: list[Target]
    seeds: list[int]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float
    submitter: SubmissionSubmitter | None
    withdrawn: bool
    withdrawnReason: str | None
    private: bool
    publishedAt: str | None
    openDisputes: int
    createdAt: str
    finishedAt: str | None
    runCounts: SubmissionRunCounts
    outcomes: list[SubmissionOutcomesItem]
    queue: NotRequired[SubmissionQueue | None]
    tries: NotRequired[SubmissionTries | None]
    runs: list[Run]


class Upload(TypedDict):
    id: str
    name: str
    bytes: int
    sha256: str
    offset: int
    complete: bool
    expiresAt: str


class VerdictChecksItem(TypedDict):
    id: str
    title: str
    state: Literal["passed", "failed", "skipped"]
    detail: str


class VerdictFaultsItem(TypedDict):
    code: str
    title: str
    detail: str
    where: str
    expected: str
    got: str


class VerdictFactsMacs(TypedDict):
    pure: float
    published: float


class VerdictFactsWork(TypedDict):
    joins: float
    elementwise: float
    movedBytes: float


class VerdictFacts(TypedDict):
    bytes: int
    nodes: int
    opset: int
    params: float
    macs: VerdictFactsMacs
    work: VerdictFactsWork
    peakActivationBytes: float


class VerdictSpeedup(TypedDict):
    pure: float
    published: float


class Verdict(TypedDict):
    ok: bool
    checks: list[VerdictChecksItem]
    faults: list[VerdictFaultsItem]
    facts: VerdictFacts | None
    speedup: VerdictSpeedup | None
