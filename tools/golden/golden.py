"""Writes golden.json beside the tests of a kata. Each script in this folder is named after its kata:

    python3 tools/golden/055-why-scale-scores.py

Needs PyTorch, SciPy and scikit-learn where the script imports them; learners need none of it.
"""
import json
import pathlib


def plain(value):
    """Nested lists of full-precision numbers out of tensors, arrays and scalars."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value.tolist() if hasattr(value, "tolist") else value


def write(script, source, **cases):
    """script: __file__ of the caller; source: program and version; cases: named groups of values."""
    kata = pathlib.Path(script).stem
    root = pathlib.Path(__file__).resolve().parents[2]
    (folder,) = root.glob(f"tests/*/{kata}")
    lines = [f' "source": {json.dumps(source)}'] + [f' "{name}": {one_line_each(case)}' for name, case in cases.items()]
    (folder / "golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def one_line_each(case):
    """JSON of a group of values, one value a line."""
    return "{\n" + ",\n".join(f'  "{name}": {json.dumps(plain(value))}' for name, value in case.items()) + "\n }"
