"""Spikelab's wheel: a Jupyter kernel for TypeScript with spiking neural networks, its npm package, and its launcher."""
