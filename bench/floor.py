"""The least a generator can do: read every article and write as many bytes again. python -I -S floor.py FOLDER"""

import os
import sys


def main(folder: str) -> None:
    source, target = f"{folder}/content/articles", f"{folder}/site/articles"
    for name in sorted(os.listdir(source)):  # noqa: PTH208 — nothing is imported that the work does not need
        with open(f"{source}/{name}", "rb") as file:  # noqa: PTH123
            text = file.read()
        os.makedirs(f"{target}/{name[:-3]}", exist_ok=True)  # noqa: PTH103
        with open(f"{target}/{name[:-3]}/index.html", "wb") as file:  # noqa: PTH123
            file.write(text)


main(sys.argv[1])
