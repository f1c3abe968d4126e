"""Tests of bots.roulette."""
