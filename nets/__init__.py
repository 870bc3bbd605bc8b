"""Keras networks: planes in, policy and value out."""
