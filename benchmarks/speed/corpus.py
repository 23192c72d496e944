"""Large corpora for timing: the authored stories' paragraphs recombined, under other names.

No one would read these articles; they have the sentences, lengths and density of claims of the authored ones. Each
story is told again and again with its parties renamed, so that more articles means more stories, as in the news, and
not ever more papers on the same 56.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.quality.gold import Story, load_story
from benchmarks.quality.scoring import GENERIC

FOLDERS = "abcdefg"
TELLING = 10  # articles in one telling of a story
HEAD = 3  # first lines of an article that stay together: title, date or dateline
SYLLABLES = ("Bra", "Cor", "Dul", "Fen", "Gar", "Hol", "Jas", "Kel", "Lor", "Mun", "Nor", "Pel", "Rin", "Sol", "Tor")


def write_corpus(folder: Path, count: int, seed: int = 0) -> None:
    """Write ``count`` articles as text files; the same seed gives the same files."""
    generator = random.Random(seed)
    for number, text in zip(range(count), articles(generator), strict=False):
        (folder / f"{number:06d}.txt").write_text(text, encoding="utf-8")


def articles(generator: random.Random) -> Iterator[str]:
    """Endless articles, telling after telling."""
    lines = [(story, line) for story in map(load_story, FOLDERS) for line in sorted(set(story.story_of.values()))]
    while True:
        generator.shuffle(lines)
        for story, line in lines:
            yield from telling(story, line, generator)


def telling(story: Story, line: str, generator: random.Random) -> Iterator[str]:
    """One story in TELLING articles under new names: the head of one article, as many paragraphs of all as it had."""
    files = [file for file, own in story.story_of.items() if own == line]
    texts = [[p for p in story.text(file).split("\n") if p.strip()] for file in files]
    paragraphs = [p for text in texts for p in text[HEAD:]]
    rename = renaming(story, line, generator)
    for _ in range(TELLING):
        head = generator.choice(texts)
        chosen = generator.sample(paragraphs, min(len(paragraphs), len(head) - HEAD))
        yield rename("\n\n".join([*head[:HEAD], *chosen]) + "\n")


def renaming(story: Story, line: str, generator: random.Random) -> Callable[[str], str]:
    """A function that gives the story's parties other first syllables, in all their forms."""
    names = {
        word for c in (*story.statements, *story.actions) if c.story == line for word in re.findall(r"\w+", c.party)
    }
    stems = sorted({w[:4] for w in names if len(w) > 4 and w[0].isupper() and w.casefold() not in GENERIC})
    other = {stem: generator.choice(SYLLABLES) + stem[2:].lower() for stem in stems}
    if not other:
        return lambda text: text
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, stems)) + ")")
    return lambda text: pattern.sub(lambda match: other[match[1]], text)
