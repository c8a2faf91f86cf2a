"""The report as a Word document: its plain HTML, walked once.

`document` opens the document or a template and saves it, `tree` reads the HTML, `blocks` writes
its paragraphs, lists and headings, `tables` its tables, `styles` finds the styles, and `parts`
makes what python-docx has no word for: fields, bookmarks, links.
"""
