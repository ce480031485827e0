"""Measurements as ratios against named floors: `./livecup bench`. What each of them does: docs/performance.md."""
