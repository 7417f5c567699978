/** Data sets that may be fetched: where they live, and the hash of what comes. */
import { nuclei } from './nuclei.js';
import { tarball, type Unpack } from './unpack.js';

interface Place {
  readonly url: string;
  readonly bytes: number;
  readonly unpack: Unpack;
}

/** An archive that never changes is known by its own hash, one that is packed when it is asked for by its files'. */
export type Source = Place & ({ readonly archive: string } | { readonly files: string });

export const SOURCES: Readonly<Record<string, Source>> = {
  bccd: {
    url: 'https://codeload.github.com/Shenggan/BCCD_Dataset/tar.gz/d272fb14cdff6e473fafeeeba32aba5f560e9e43',
    bytes: 7_500_000,
    unpack: tarball({ strip: 2, only: 'BCCD_Dataset-d272fb14cdff6e473fafeeeba32aba5f560e9e43/BCCD' }),
    files: '59eb0d826c422ae58c4c46f2dac8de1af80c371950dbf0593d8aeb0c8f74f265',
  },
  cifar10: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    bytes: 170_052_171,
    unpack: tarball({ strip: 1, only: null }),
    archive: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
  },
  cifar100: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    bytes: 168_513_733,
    unpack: tarball({ strip: 1, only: null }),
    archive: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
  },
  nuclei: {
    url: 'https://data.broadinstitute.org/bbbc/BBBC038/stage1_train.zip',
    bytes: 82_923_446,
    unpack: nuclei,
    archive: 'dcb6edc2690f137406638b2309581a71522c4dff19157d118453b448dcddcb68',
  },
};
