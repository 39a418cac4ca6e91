"""The `spikelab` command: Node runs the command line of the npm package that the wheel carries."""
import os
import sys

from .kernel import become
from .node import PACKAGE, NoNode, find_node


def data_prefix():
    """The prefix of this wheel's `share/jupyter`, as pip put it: the environment's, the user's, or Debian's /usr/local."""
    import sysconfig

    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for scheme in sysconfig.get_scheme_names():
        if scheme.startswith("nt") != (os.name == "nt"):
            continue
        if os.path.realpath(sysconfig.get_path("purelib", scheme)) == os.path.realpath(here):
            return sysconfig.get_path("data", scheme)
    return sys.prefix


def main():
    # What the command line is to know of the Python that it belongs to.
    os.environ["SPIKELAB_PYTHON"] = sys.executable
    os.environ["SPIKELAB_PREFIX"] = data_prefix()
    try:
        become([find_node(), os.path.join(PACKAGE, "dist", "src", "cli", "main.js"), *sys.argv[1:]])
    except (NoNode, OSError) as error:
        sys.stderr.write("spikelab: %s\n" % error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
