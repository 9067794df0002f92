"""Training end to end with networks that learn in seconds (extra ``train``)."""

import json
import random

import numpy as np
import pytest
from tagger_pages import certificates, plain, shaken

from extractor.model import Tag
from models.field_tagger.settings import Shape, TrainSettings
from models.sequence.errors import ModelDamaged, TrainingError

pytestmark = [
    pytest.mark.train,
    # The exporter warns of itself, and of the tracing that it does.
    pytest.mark.filterwarnings("default"),
]
TINY = TrainSettings(
    seed=3, epochs=4, batch=512, rate=4e-3, block=5, dev_every=6, threads=1, bf16=False, save_minutes=0,
    shape=Shape(hidden=48, layers=1, heads=2, feed_forward=48, window=96, overlap=16),
)  # fmt: skip


def trained(out, settings=TINY, n=120, augment=shaken, **more):
    from models.field_tagger.train import train

    return train(lambda: certificates(n), augment, out, settings, **more)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    out = tmp_path_factory.mktemp("tagger")
    settings = TINY.model_copy(update={"epochs": 12})
    told = []
    return out, trained(out, settings, n=300, progress=told.append)


def test_it_learns_and_tags_new_pages(model):
    from models.field_tagger.runtime import FieldTagger

    out, record = model
    assert record.metrics["all"]["f1"] > 0.9
    tagger = FieldTagger(out)
    right = total = 0
    for page in certificates(30, seed=99):
        found = {(t.line, t.start, t.end, t.key) for t in tagger.tag(page.page)}
        right += sum((t.line, t.start, t.end, t.key) in found for t in page.tags)
        total += len(page.tags)
    assert right / total > 0.9
    assert tagger.version.startswith("field_tagger-")


def test_the_folder_is_whole_small_and_verified(model, tmp_path):
    import shutil

    from models.field_tagger.runtime import FieldTagger, verify

    out, record = model
    assert record.agreement >= 0.995
    assert record.size < 15e6
    assert verify(out)["metrics"] == record.metrics
    assert {p.name for p in out.iterdir()} == {
        "CARD.md", "curves.json", "curves.png", "labels.json", "model.onnx", "record.json", "vocabulary.json", "work",
    }  # fmt: skip
    assert "holder" in (out / "CARD.md").read_text(encoding="utf-8")
    copy = shutil.copytree(out, tmp_path / "copy", ignore=shutil.ignore_patterns("work"))
    (copy / "model.onnx").write_bytes((out / "model.onnx").read_bytes()[:-1] + b"\0")
    with pytest.raises(ModelDamaged, match="SHA-256"):
        FieldTagger(copy)


def test_weights_are_in_8_bits(model):
    import onnx

    graph = onnx.load(str(model[0] / "model.onnx")).graph
    sizes = {0: 0, 1: 0}
    for weight in graph.initializer:
        sizes[int(weight.data_type == onnx.TensorProto.INT8)] += int(np.prod(weight.dims))
    assert sizes[1] > 5 * sizes[0]


def test_bf16_gives_the_same_tags_nearly_always(model):
    from models.field_tagger.runtime import FieldTagger

    pages = [p.page for p in certificates(20, seed=5)]
    full = FieldTagger(model[0], precision="f32").tag_all(pages)
    half = FieldTagger(model[0], precision="bf16").tag_all(pages)
    same = sum(_plain(a) == _plain(b) for a, b in zip(full, half, strict=True))
    assert same >= 19


def _plain(tags):
    return [t.model_copy(update={"confidence": 1.0}) for t in tags]


def test_the_same_seed_gives_the_same_model_and_another_one_does_not(tmp_path):
    one, two = trained(tmp_path / "a"), trained(tmp_path / "b")
    other = trained(tmp_path / "c", TINY.model_copy(update={"seed": 4}))
    assert one.sha256["model.onnx"] == two.sha256["model.onnx"] != other.sha256["model.onnx"]
    assert one.metrics == two.metrics
    assert one.repeatable


class _CutOff(Exception):
    """The power went."""


def test_a_resumed_training_gives_the_same_model(tmp_path, monkeypatch):
    from models.field_tagger import loop

    whole = trained(tmp_path / "whole", n=250)
    step = loop.Loop._step
    left = [9]

    def until(self, *args):
        left[0] -= 1
        if left[0] < 0:
            raise _CutOff
        step(self, *args)

    monkeypatch.setattr(loop.Loop, "_step", until)
    with pytest.raises(_CutOff):
        trained(tmp_path / "cut", n=250)
    left[0] = 10**9
    resumed = trained(tmp_path / "cut", n=250, resume=True)
    assert resumed.sha256["model.onnx"] == whole.sha256["model.onnx"]
    assert resumed.metrics == whole.metrics
    with pytest.raises(TrainingError, match="断点"):
        trained(tmp_path / "cut", TINY.model_copy(update={"rate": 1e-3}), n=250, resume=True)


def test_the_clock_ends_a_training(tmp_path):
    record = trained(tmp_path, TINY.model_copy(update={"minutes": 0.03, "epochs": 500}))
    assert record.seconds < 20
    assert not record.repeatable


def test_no_pages_no_training(tmp_path):
    with pytest.raises(TrainingError, match="没有可用的训练页面"):
        trained(tmp_path, n=0)


def test_progress_tells_what_is_left(tmp_path, monkeypatch):
    from models.field_tagger import loop

    monkeypatch.setattr(loop, "TOLD_EVERY", 0.0)
    told = []
    trained(tmp_path, progress=told.append)
    assert [p.done for p in told] == sorted(p.done for p in told)
    assert told[-1].left is not None
    assert told[-1].left < told[0].seconds + 60


def bert(folder, texts):
    """A tiny BERT with a tokenizer of word pieces, as a user would bring one."""
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

    folder.mkdir()
    tokenizer = BertWordPieceTokenizer(lowercase=False)
    tokenizer.train_from_iterator(texts, vocab_size=400, show_progress=False)
    BertTokenizerFast(tokenizer_object=tokenizer._tokenizer, do_lower_case=False, model_max_length=128).save_pretrained(folder)
    config = BertConfig(
        vocab_size=400,
        hidden_size=48,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=128,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder


def test_a_users_own_encoder_is_fine_tuned(tmp_path):
    from models.field_tagger.runtime import FieldTagger

    texts = [line.text for page in certificates(100) for line in page.page.lines]
    folder = bert(tmp_path / "bert", texts)
    settings = TINY.model_copy(update={"encoder": str(folder), "epochs": 12, "unknown": 0.0})
    record = trained(tmp_path / "out", settings, n=240, augment=plain)
    assert record.tokens == "pieces"
    assert record.metrics["all"]["f1"] > 0.7
    page = certificates(1, seed=77)[0]
    found = FieldTagger(tmp_path / "out").tag(page.page)
    assert all(isinstance(t, Tag) and 0 <= t.start < t.end <= len(page.page.lines[t.line].text) for t in found)


def test_a_folder_without_an_encoder_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="Hugging Face"):
        trained(tmp_path / "out", TINY.model_copy(update={"encoder": str(tmp_path)}))


def test_the_joint_attention_computes_what_lilt_does():
    import torch
    from transformers import LiltConfig
    from transformers.models.lilt.modeling_lilt import LiltSelfAttention

    from models.field_tagger.network import JointAttention

    torch.manual_seed(0)
    config = LiltConfig(
        hidden_size=48, num_attention_heads=4, num_hidden_layers=1, intermediate_size=48, max_position_embeddings=64
    )
    theirs, ours = LiltSelfAttention(config).eval(), JointAttention(config).eval()
    with torch.no_grad():
        for name, part in (("text", ("query", "key", "value")), ("layout", ("layout_query", "layout_key", "layout_value"))):
            layer = getattr(ours, name)
            layer.weight.copy_(torch.cat([getattr(theirs, p).weight for p in part]))
            layer.bias.copy_(torch.cat([getattr(theirs, p).bias for p in part]))
    text, layout = torch.randn(2, 9, 48), torch.randn(2, 9, 12)
    mask = torch.zeros(2, 1, 1, 9)
    mask[1, ..., 6:] = -1e4
    with torch.no_grad():
        a, b = theirs(text, layout, mask), ours(text, layout, mask)
    a = a[0] if isinstance(a[0], tuple) else a  # by version of transformers
    assert torch.allclose(a[0], b[0], atol=1e-5)
    assert torch.allclose(a[1], b[1], atol=1e-5)


def test_noise_follows_from_seed_epoch_and_page(tmp_path):
    from models.field_tagger.store import Store

    store = Store(certificates(3))
    again = Store(certificates(3))
    assert store.fingerprint == again.fingerprint
    assert shaken(store[1], random.Random("noise/1/2/3")) == shaken(again[1], random.Random("noise/1/2/3"))
    assert json.loads(store[0].model_dump_json())["type"] == "high_tech_certificate"
