"""Every way in which an architecture may attack or lie ends in one clear line, and nothing of it is run."""

from __future__ import annotations

import base64
import copy
import marshal
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nets.reader import NetworkError, check_network
from nets.reader.understand import understand
from tests.nets.reader.small_network import architecture, find, insert, layer, write

ARCHITECTURES: dict[str, tuple[Callable[[], Any], str]] = {}


def refused_architecture(message: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    def register(make: Callable[[], Any]) -> Callable[[], Any]:
        ARCHITECTURES[make.__name__] = (make, message)
        return make

    return register


def changed(name: str, **options: Any) -> dict[str, Any]:
    config = architecture()
    find(config, name)["config"].update(options)
    return config


# ---------------------------------------------------------------- code

CODE = base64.b64encode(marshal.dumps(compile("open('stolen', 'w')", "x", "exec"))).decode()


@refused_architecture("'extra': (Lambda) holds program code, which is never run")
def a_lambda_layer() -> Any:
    return insert(architecture(), "Lambda", function=[CODE, None, None], function_type="lambda")


@refused_architecture("holds marshalled program code (__lambda__)")
def a_marshalled_activation() -> Any:
    return changed("conv", activation={"class_name": "__lambda__", "config": {"value": CODE}})


@refused_architecture("comes from the module 'evil.layers'")
def a_layer_of_another_module() -> Any:
    config = architecture()
    find(config, "conv")["module"] = "evil.layers"
    return config


@refused_architecture("is registered as 'Evil>Conv2D'")
def a_layer_registered_by_somebody() -> Any:
    config = architecture()
    find(config, "conv")["registered_name"] = "Evil>Conv2D"
    return config


@refused_architecture("(CBAM) is not a layer that is understood: if it is your own, its code is not in the file")
def a_layer_of_the_author() -> Any:
    return insert(architecture(), "CBAM", filters=2)


@refused_architecture("(LSTM) is recurrent, which is not understood here")
def a_recurrent_layer() -> Any:
    return insert(architecture(), "LSTM", units=2)


@refused_architecture("the author's own function")
def an_activation_of_the_author() -> Any:
    return changed("conv", activation={"class_name": "function", "config": "f", "registered_name": "my>f"})


@refused_architecture("'system' is not one of Keras")
def an_unknown_activation() -> Any:
    return changed("conv", activation="system")


@refused_architecture("(TFSMLayer) loads another saved model")
def another_saved_model() -> Any:
    return insert(architecture(), "TFSMLayer", filepath="/etc")


@refused_architecture("(StringLookup) reads a vocabulary file")
def a_vocabulary_file() -> Any:
    return insert(architecture(), "StringLookup", vocabulary="/etc/passwd")


@refused_architecture("'extra': (TorchModuleWrapper) holds pickled program code")
def a_pickled_module() -> Any:
    return insert(architecture(), "TorchModuleWrapper", module=CODE)


@refused_architecture("(Lambda) holds program code")
def a_lambda_in_a_wrapper_in_a_model() -> Any:
    wrapper = {"class_name": "TimeDistributed", "config": {"layer": {"class_name": "Lambda", "config": {"name": "f"}}}}
    return insert(architecture(), "Sequential", layers=[wrapper])


@refused_architecture("recorded operation 'io.read_file' is not understood")
def a_recorded_call_that_reads_files() -> Any:
    return insert(architecture(), "TFOpLambda", function="io.read_file")


@refused_architecture("the model is of class 'Agent'")
def a_model_class_of_the_author() -> Any:
    return {"class_name": "Agent", "config": {"blocks": 4, "filters": 32}}


@refused_architecture("the model has no list of layers")
def no_options_at_all() -> Any:
    return {"class_name": "Functional"}


@refused_architecture("the model has no list of layers")
def a_list_for_a_graph() -> Any:
    return {"class_name": "Functional", "config": architecture()["config"]["layers"]}


@refused_architecture("recorded operation 'PyFunc' is not understood")
def a_node_of_a_graph_that_runs_python() -> Any:
    return insert(architecture(), "TensorFlowOpLayer", node_def={"op": "PyFunc", "input": ["conv"]}, constants={})


# ---------------------------------------------------------------- too large


@refused_architecture("numbers; 1,478,656 are allowed")
def a_node_of_a_graph_that_repeats_without_end() -> Any:
    node = {"op": "Tile", "input": ["conv", "counts"]}
    return insert(architecture(), "TensorFlowOpLayer", node_def=node, constants={"1": [1, 1, 1, 10**9]})


@refused_architecture("numbers; 1,478,656 are allowed")
def a_giant_resizing() -> Any:
    return insert(architecture(), "Resizing", height=65000, width=65001)


@refused_architecture("20,000,000 is outside 1..1,048,576")
def a_giant_dense_layer() -> Any:
    return changed("value", units=20_000_000)


@refused_architecture("filters: 1,000,000 is outside")
def a_million_filters() -> Any:
    return changed("conv", filters=1_000_000)


@refused_architecture("size: 3,000 is outside 1..64")
def a_giant_picture() -> Any:
    return insert(architecture(), "UpSampling2D", size=[3000, 3000])


@refused_architecture("numbers; 1,478,656 are allowed")
def a_large_picture_many_times() -> Any:
    return insert(architecture(), "UpSampling2D", size=[64, 64])


@refused_architecture("are allowed")
def a_tensor_that_doubles() -> Any:
    config = architecture()
    layers = config["config"]["layers"]
    for number in range(40):
        source = f"double{number - 1}" if number else "conv"
        layers.insert(2 + number, layer("Concatenate", f"double{number}", [source, source], axis=-1))
    find(config, "logits")["inbound_nodes"][0][0][0] = "double39"
    return config


@refused_architecture("list more than 5,000 layers")
def models_full_of_models() -> Any:
    block: dict[str, Any] = {"layers": [layer("ReLU", "relu", [])]}
    for depth in range(6):
        name = f"model{depth}"
        again = {"class_name": "Sequential", "config": {"name": name, "layers": block["layers"]}}
        block = {"layers": [again] * 5}
    return insert(architecture(), "Sequential", layers=block["layers"])


@refused_architecture("more than 5,000 calls of layers")
def a_shared_model_that_calls_a_shared_model() -> Any:
    """Seven models, each of which calls the one inside of it ten times: ten million calls from a small file."""
    inner = layer("ReLU", "inner", [])
    for depth in range(7):
        start = layer("InputLayer", "start", [], batch_input_shape=[None, 19, 19, 2])
        first = 0 if depth == 0 else 1  # models count their own construction
        inner["inbound_nodes"] = [[["start", 0, 0, {}]]] + [[[inner["name"], call + first, 0, {}]] for call in range(9)]
        ends = {"input_layers": [["start", 0, 0]], "output_layers": [[inner["name"], 9 + first, 0]]}
        inner = layer("Functional", f"model{depth}", [], layers=[start, inner], **ends)
    config = insert(architecture(), "ReLU")
    extra = find(config, "extra")
    extra |= {"class_name": "Functional", "config": inner["config"] | {"name": "extra"}}
    find(config, "logits")["inbound_nodes"] = [[["extra", 1, 0, {}]]]
    return config


@refused_architecture("nest more than 8 deep")
def models_in_models_in_models() -> Any:
    block: list[Any] = [layer("ReLU", "relu", [])]
    for depth in range(12):
        block = [{"class_name": "Sequential", "config": {"name": f"model{depth}", "layers": block}}]
    return insert(architecture(), "Sequential", layers=block)


@refused_architecture("brackets deep")
def brackets_without_end() -> Any:
    return '{"class_name": "Functional", "config": ' + "[" * 100_000 + "]" * 100_000 + "}"


@refused_architecture("multiplications")
def hours_of_arithmetic() -> Any:
    config = architecture()
    wide = {"kernel_size": [19, 19], "padding": "same", "filters": 4096, "use_bias": False}
    layers = config["config"]["layers"]
    layers[2:2] = [layer("Conv2D", "wide", ["conv"], **wide), layer("Conv2D", "wider", ["wide"], **wide)]
    find(config, "logits")["inbound_nodes"][0][0][0] = "wider"
    return config


# ---------------------------------------------------------------- nonsense


@refused_architecture("not valid JSON")
def half_a_text() -> Any:
    return '{"class_name": "Functional", "config"'


@refused_architecture("the architecture contains the number NaN")
def not_a_number_in_the_architecture() -> Any:
    return '{"class_name": "Functional", "config": NaN}'


@refused_architecture("no list of layers")
def no_layers() -> Any:
    return {"class_name": "Functional", "config": {"name": "small"}}


@refused_architecture("needs 'policy', which is nowhere computed")
def a_circle() -> Any:
    config = architecture()
    find(config, "logits")["inbound_nodes"][0][0][0] = "policy"
    return config


@refused_architecture("'nobody', which is nowhere computed")
def a_missing_layer() -> Any:
    config = architecture()
    find(config, "logits")["inbound_nodes"][0][0][0] = "nobody"
    return config


@refused_architecture("expected a whole number, found 'three'")
def a_word_for_a_number() -> Any:
    return changed("conv", filters="three")


@refused_architecture("kernel_size: 0 is outside")
def an_empty_kernel() -> Any:
    return changed("conv", kernel_size=[0, 3])


@refused_architecture("the option 'filters' is missing")
def an_option_left_out() -> Any:
    config = architecture()
    del find(config, "conv")["config"]["filters"]
    return config


@refused_architecture("positions must not influence each other")
def positions_that_see_each_other() -> Any:
    return insert(architecture(), "Softmax", axis=0)


@refused_architecture("a call written as")
def a_call_in_no_form() -> Any:
    config = architecture()
    find(config, "conv")["inbound_nodes"] = [[[["board"], {}, 0]]]
    return config


@refused_architecture("has 64 numbers, expected 361 moves")
def a_policy_for_chess() -> Any:
    config = architecture()
    config["config"]["layers"][3:5] = [layer("Dense", "policy", ["pool"], units=64, activation="softmax")]
    return config


@refused_architecture("has shape (9, 13, 6), expected (19, 19, P) with P one of 6, 8, 21, 31")
def a_board_that_is_no_square() -> Any:
    return changed("board", batch_input_shape=[None, 9, 13, 6])


@refused_architecture("has shape (26, 26, 6), expected (19, 19, P)")
def a_board_that_is_too_large() -> Any:
    return changed("board", batch_input_shape=[None, 26, 26, 6])


@refused_architecture("has shape ([19], 19, 6), expected (19, 19, P)")
def a_board_of_no_number() -> Any:
    return changed("board", batch_input_shape=[None, [19], 19, 6])


@refused_architecture("2 inputs ('board', 'more'), expected one")
def two_inputs() -> Any:
    config = architecture()
    config["config"]["layers"].insert(1, layer("InputLayer", "more", [], batch_input_shape=[None, 19, 19, 6]))
    return config


@refused_architecture("the kernel of 'conv' must have shape (3, 3, 6, 3), the file stores 'conv/kernel:0' of shape")
def weights_of_another_network() -> Any:
    return changed("conv", filters=3)


@refused_architecture("layer 'extra': 4 weights belong to it, the file stores 0")
def missing_weights() -> Any:
    return insert(architecture(), "BatchNormalization", axis=[3])


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_architecture_is_refused(name: str, tmp_path: Path) -> None:
    make, message = ARCHITECTURES[name]
    path = write(tmp_path / "network.h5", make())
    tracemalloc.start()
    with pytest.raises(NetworkError) as caught:
        understand(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message in str(caught.value)
    assert peak < 64 << 20, "refusing costs no memory to speak of"
    assert not Path("stolen").exists()


def test_several_layers_are_named_in_one_go(tmp_path: Path) -> None:
    config = architecture()
    for name in ("conv", "logits"):
        entry = find(config, name)
        entry["class_name"] = "CBAM"
    find(config, "pool")["class_name"] = "Lambda"
    report = check_network(write(tmp_path / "my network é.h5", config))
    assert not report.ok
    assert len(report.problems) == 2
    assert report.problems[0].startswith("layers 'conv', 'logits': (CBAM) is not a layer that is understood")
    assert report.problems[1].startswith("layer 'pool': (Lambda) holds program code")
    assert len(report.digest) == 64


def test_training_only_options_do_not_matter(tmp_path: Path) -> None:
    own = {"module": "my.code", "class_name": "MyRegularizer", "config": {"strength": 1}, "registered_name": "my>R"}
    config = changed("conv", kernel_regularizer=own, kernel_constraint=own, kernel_initializer=own)
    assert understand(write(tmp_path / "network.h5", config)).parameters_total == 3 * 3 * 6 * 2 + 2 + 3 + 3


def test_the_small_network_itself_is_fine(tmp_path: Path) -> None:
    network = understand(write(tmp_path / "network.h5", copy.deepcopy(architecture())))
    assert (network.planes, network.moves, network.value_activation) == (6, 361, "sigmoid")
