/** Words of the guide to the API and to hosting. */
export const guide = {
  'guide.title': 'Docs',
  'guide.lede': 'Everything on this site is an API call that you can make yourself.',
  'guide.reference': 'Every route, with its fields: API reference.',
  'guide.openapi': 'OpenAPI description.',
  'guide.read': 'Read a leaderboard',
  'guide.read.text': 'Reading needs no key. Rows come as JSON or CSV.',
  'guide.key': 'Get a key',
  'guide.key.text':
    'Sign in and make one on the page Account: it is shown once, has scopes, and ends when you want. The owner of a server finds theirs in a file of its home.',
  'guide.submit': 'Submit a method',
  'guide.submit.text': 'Every field of the recipe is optional. The answer holds the id of the submission and its runs.',
  'guide.submit.form': 'The form writes this command for you.',
  'guide.own': 'Submit networks or a criterion of your own',
  'guide.own.text':
    'From a clone of the project, the command line checks a file without a server, sends it, and goes on where it stopped when the connection breaks. The same files by plain HTTP: examples/pytorch.py.',
  'guide.own.form': 'By a form.',
  'guide.watch': 'Watch it run',
  'guide.watch.text':
    'The second address is a stream of server-sent events: states, stages with progress, curves and log lines. After a break, send the last id you saw as Last-Event-ID and nothing is lost.',
  'guide.files': 'Use what came out',
  'guide.files.text':
    'The submission lists its files by sha256; /api/v1/artefacts/<sha256> gives them. The pruned network is an ordinary ONNX file.',
  'guide.errors': 'Errors',
  'guide.errors.text':
    'An error is a problem document (application/problem+json) with a stable code and a sentence that says where it was, what was expected and what was got. 4xx is for the caller to mend, 503 for the operator, 500 for us.',
  'guide.host': 'Host your own',
  'guide.host.text':
    'Node and npm are all it takes: the start command installs what is missing, starts its own Postgres, one worker and this site, and prints the address with a one-time login link.',
  'guide.host.more': 'With Docker, for more workers or an existing database:',
  'guide.data': 'Open a reported-only board',
  'guide.data.text':
    'A board takes submissions when its data set lies in a folder of DATA_DIR named by the data set’s id, and its base model is there. Until then it shows reported rows only, and says what is missing. CIFAR can be fetched, and its networks trained on the machine of the server, in about an hour on two cores for ResNet-20:',
  'guide.data.weights':
    'Published weights open a board, too: safetensors, or a checkpoint that torch.save wrote. They are read as data, nothing in them is run. Mean and deviation are those that they were trained with:',
  'guide.import': 'Bring your own model',
  'guide.import.text':
    'Any exported classification network can have a board. On the machine of the server, say what it is called, which data it was trained on, and how its pictures are normalised:',
  'guide.import.steps':
    'The server reads the file, prunes it once, takes one training step, and evaluates it; then the board classification.<name>.<data set> opens with the protocol of its track. What cannot be served is refused with the operator’s name; sizes and class counts must fit. An accuracy at chance is a warning: check the normalisation and the order of the classes.',
  'guide.import.classes':
    'Where the network’s outputs come in another order than the data set’s classes, --classes lists their names. The data set may also be a folder of your own in DATA_DIR with train/<class>/ and val/<class>/. The same as a call, with the owner’s key:',
  'guide.import.export': 'From PyTorch, export without folding batch normalisation, since fine-tuning needs it:',
} as const;
