"""A real NLI model that fits a test: a two-layer BERT with random weights, saved as transformers saves them."""

from __future__ import annotations

from pathlib import Path

STORIES = Path(__file__).parent.parent / "benchmarks" / "quality" / "data" / "stories"
NAMES = ("contradiction", "entailment", "neutral")


def save_model(folder: Path, seed: int = 0) -> str:
    """Write the model with words of the authored stories as its vocabulary; the weights depend on the seed alone."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from tokenizers.trainers import WordLevelTrainer
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    backend = Tokenizer(WordLevel(unk_token="[UNK]"))
    backend.pre_tokenizer = Whitespace()
    texts = [path.read_text(encoding="utf-8") for path in sorted((STORIES / "a" / "articles").iterdir())]
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
    trainer = WordLevelTrainer(vocab_size=1000, special_tokens=special, show_progress=False)
    backend.train_from_iterator(texts, trainer)
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", unk_token="[UNK]",
        model_max_length=64,
    )  # fmt: skip
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=1000, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    config.num_labels = len(NAMES)
    config.id2label = dict(enumerate(NAMES))
    config.label2id = {name: i for i, name in enumerate(NAMES)}
    model = BertForSequenceClassification(config)
    model.classifier.weight.data *= 30  # spread the probabilities over all of 0 to 1
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)
