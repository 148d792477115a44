"""Computes the training of a LoRA with diffusers, PEFT and accelerate; the loop is Node's (training/trainer.ts)."""
