"""Tests of reading plans and states."""
