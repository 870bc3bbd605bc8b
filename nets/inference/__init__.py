"""Networks at play: one evaluator in front of OpenVINO, TensorFlow, JAX or PyTorch."""

from __future__ import annotations

from nets.inference.evaluator import NetworkEvaluator, load_evaluator

__all__ = ["NetworkEvaluator", "load_evaluator"]
