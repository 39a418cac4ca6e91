"""Spikelab's wheel: a Jupyter kernel for TypeScript with spiking neural networks, the npm package it runs, and its launcher."""
