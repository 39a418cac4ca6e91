/** MNIST and Fashion-MNIST: files, digests, classes. */
import type { DataSetEntry } from './registry-entry.js';

const images28 = { rows: 28, columns: 28, firstLabel: 0 } as const;

// gz digests and sizes: tensorflow/datasets url_checksums/mnist.txt; raw digests: of the files whose md5s torchvision
// publishes
export const mnist: DataSetEntry = {
  ...images28,
  name: 'mnist',
  title: 'MNIST handwritten digits (LeCun, Cortes, Burges 1998)',
  license: 'CC BY-SA 3.0',
  home: 'http://yann.lecun.com/exdb/mnist/',
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  folders: ['mnist', 'MNIST/raw'],
  transposed: false,
  classNames: [...'0123456789'],
  parts: {
    train: {
      count: 60_000,
      images: {
        name: 'train-images-idx3-ubyte.gz',
        raw: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
        gz: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
        bytes: 9_912_422,
      },
      labels: {
        name: 'train-labels-idx1-ubyte.gz',
        raw: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
        gz: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
        bytes: 28_881,
      },
    },
    test: {
      count: 10_000,
      images: {
        name: 't10k-images-idx3-ubyte.gz',
        raw: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
        gz: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
        bytes: 1_648_877,
      },
      labels: {
        name: 't10k-labels-idx1-ubyte.gz',
        raw: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
        gz: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
        bytes: 4_542,
      },
    },
  },
};

// gz digests and sizes: tensorflow/datasets url_checksums/fashion_mnist.txt
export const fashionMnist: DataSetEntry = {
  ...images28,
  name: 'fashion-mnist',
  title: 'Fashion-MNIST (Xiao, Rasul, Vollgraf 2017)',
  license: 'MIT',
  home: 'https://github.com/zalandoresearch/fashion-mnist',
  mirrors: [
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
  ],
  folders: ['fashion-mnist', 'FashionMNIST/raw'],
  transposed: false,
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  parts: {
    train: {
      count: 60_000,
      images: {
        name: 'train-images-idx3-ubyte.gz',
        raw: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
        gz: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
        bytes: 26_421_880,
      },
      labels: {
        name: 'train-labels-idx1-ubyte.gz',
        raw: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
        gz: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
        bytes: 29_515,
      },
    },
    test: {
      count: 10_000,
      images: {
        name: 't10k-images-idx3-ubyte.gz',
        raw: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
        gz: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
        bytes: 4_422_102,
      },
      labels: {
        name: 't10k-labels-idx1-ubyte.gz',
        raw: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
        gz: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
        bytes: 5_148,
      },
    },
  },
};
