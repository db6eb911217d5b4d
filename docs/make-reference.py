#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the reference, and then mends in it what gi-docgen has no setting for:
make-reference.py GI-DOCGEN SETTINGS GIR OUTPUT EXAMPLE CONTENT-DIR...

* the name of a class structure, where the namespace ends as the prefix of its types goes on (MyThread, MyThread...);
* the methods of a class, which have no description where its structure is shown;
* the first page: what is empty goes, a program and the topics come first;
* each topic page leads to the one before and the one after, and to the first page, also where there is no room for the sidebar."""

import html
import os
import re
import subprocess
import sys
import tomllib

STYLE = """
.topic-links { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1em; margin: 1.5em 0; }
.topics { columns: 18em; }
"""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def title_of(page):
    return re.search(r"<title>[^<:]*: (.*?)</title>", page, re.DOTALL)[1].strip()


def mend_methods(text, name, pages):
    """A method of the class structure is described on a page of its own."""
    without = "No description available."
    first, *parts = text.split(without)
    for part in parts:
        method = re.findall(r"<code>(\w+)(?:: |</code>)", first)[-1]
        page = f"vfunc.{name}.{method}.html"
        first += (f'<a href="{page}">{method}()</a>' if page in pages else without) + part
    return first


def mend_index(text, example, topics):
    text = re.sub(r"<tr><td><em>(Website|Source)</em></td><td><a href=\"(None)?\".*?</tr>\s*", "", text, flags=re.DOTALL)
    links = "".join(f'<li><a href="{name}">{title}</a></li>' for name, title in topics)
    start = f"""<div class="docblock" id="start">
      <pre><code>{html.escape(example)}</code></pre>
      <ul class="topics">{links}</ul>
    </div>
"""
    return text.replace('<div class="meta info">', start + '    <div class="meta info">', 1)


def mend_topic(text, before, after):
    links = ['<a href="index.html">All topics</a>']
    if before:
        links.insert(0, f'<a href="{before[0]}" rel="prev">← {before[1]}</a>')
    if after:
        links.append(f'<a href="{after[0]}" rel="next">{after[1]} →</a>')
    nav = f'<nav class="topic-links" aria-label="Topics">{"".join(links)}</nav>\n'
    return re.sub(r'(<section id="main" class="content">)(.*?)(</section>\s*</section>)',
                  lambda match: match[1] + nav + match[2] + nav + match[3], text, count=1, flags=re.DOTALL)


def main():
    gi_docgen, settings, gir, output, example, *content = sys.argv[1:]
    subprocess.run([gi_docgen, "generate", "--quiet", "--fatal-warnings", "--no-namespace-dir", "--config", settings,
                    *(f"--content-dir={place}" for place in content), "--output-dir", output, gir], check=True)

    with open(settings, "rb") as file:
        names = [name.replace(".md", ".html") for name in tomllib.load(file)["extra"]["content_files"]]
    topics = [(name, title_of(read(os.path.join(output, name)))) for name in names]

    pages = set(os.listdir(output))
    for page in pages:
        match = re.match(r"(?:class|iface)\.([^.]*)\.html$", page)
        if match:
            path = os.path.join(output, page)
            text = read(path).replace(f"struct MyThread{match[1]}Class", f"struct My{match[1]}Class")
            write(path, mend_methods(text, match[1], pages))
    path = os.path.join(output, "index.html")
    write(path, mend_index(read(path), re.sub(r"\A/\*.*?\*/\s*", "", read(example), flags=re.DOTALL), topics))
    for i, (name, _) in enumerate(topics):
        path = os.path.join(output, name)
        write(path, mend_topic(read(path), topics[i - 1] if i > 0 else None, topics[i + 1] if i + 1 < len(topics) else None))
    with open(os.path.join(output, "style.css"), "a", encoding="utf-8") as file:
        file.write(STYLE)


if __name__ == "__main__":
    main()
