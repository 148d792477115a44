"""Trains a LoRA with diffusers, PEFT and accelerate for a parent that reads events and says when to stop."""
