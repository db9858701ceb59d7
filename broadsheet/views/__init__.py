"""What templates and feeds may know: closed, frozen views of text, numbers, booleans, None, tuples and other views.

Every URL is finished: root-relative in pages, absolute where a field says so. Every list is in its final order.
"""
