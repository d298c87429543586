"""Mutation testing: do somebody's tests tell what is right from what is broken?"""
