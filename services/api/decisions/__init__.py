"""The table of who sees what. A field or mutation that is not here keeps the schema from being built.

`rows`       which rows of a type exist for a viewer
`fields`     which fields of a row that exists are readable: by everyone who sees the row, or as far as a decision goes
`answers`    those of what mutations answer
`mutations`  who may change what

Queries and subscriptions are open to everyone: each finds the rows that exist for the viewer.
"""
