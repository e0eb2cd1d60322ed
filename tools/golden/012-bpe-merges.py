"""An independent trainer and encoder: it recounts the whole corpus after every merge and keeps no index.
It follows the statement of the kata, not the reference. Takes a few seconds."""
import collections
import pathlib
import platform
import re

import golden

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests/tokens/012-bpe-merges"
TEXTS = [
    "The tokeniser cuts what it has never read, unbelievably.",
    "注意力分数除以维度的平方根，词元的编号决定一切。",
    "cafe\u0301 and café, 🙃👩\u200d🚀, \u3000wide  gaps ",
]


def pieces(line):
    """Cut before every space."""
    return [piece.encode() for piece in re.split("(?= )", line) if piece]


def join(tokens, left, right, joined):
    """Joins every occurrence of left and right, from left to right."""
    result = []
    for token in tokens:
        if result and result[-1] == left and token == right:
            result[-1] = joined
        else:
            result.append(token)
    return result


def train(lines, merges):
    words = [(list(piece), count) for piece, count in collections.Counter(p for line in lines for p in pieces(line)).items()]
    learned = []
    while len(learned) < merges:
        pairs = collections.Counter()
        for tokens, count in words:
            end = {}  # where the last counted occurrence of a pair ends: the next may not begin before
            for i, pair in enumerate(zip(tokens, tokens[1:])):
                if end.get(pair, 0) <= i:
                    end[pair] = i + 2
                    pairs[pair] += count
        (left, right), count = min(pairs.items(), key=lambda item: (-item[1], item[0]))
        if count < 2:
            break
        words = [(join(tokens, left, right, 256 + len(learned)), count) for tokens, count in words]
        learned.append((left, right))
    return learned


def encode(text, merges):
    """Every merge once, in the order in which they were learned."""
    tokens = []
    for piece in pieces(text):
        piece = list(piece)
        for rank, (left, right) in enumerate(merges):
            piece = join(piece, left, right, 256 + rank)
        tokens += piece
    return tokens


english, chinese = ([line for line in (FOLDER / name).read_text("utf-8").split("\n") if line] for name in ("corpus.en.txt", "corpus.zh.txt"))
merges = train(english + chinese, 400)
golden.write(
    __file__,
    f"Python {platform.python_version()}, a second program of this project",
    excerpt={"merges": train(english[:16] + chinese[:8], 80)},
    corpus={"merges": merges},
    encoded={name: encode(text, merges) for name, text in zip(("english", "chinese", "mixed"), TEXTS)},
)
