"""One training, from settings to a checkpoint with a card.

prepare      settings -> tokenizer, template, data as tokens
device       what there is to train on
estimate     memory, disk, steps, tokens and hours, before anything is loaded
base         the base model's config, tokenizer and weights
trainer      TRL's trainer, set up
watch        what is looked after at every step: broken numbers, interrupts, checkpoints that are whole
checkpoints  which checkpoints can be trusted
progress     a bar or lines
evaluate     scores of the development split on the way
energy       what the machine tells of its power
finish       the last or best weights as a checkpoint that `fuseval score` takes
card         the model card
quiet        the libraries, silenced
train        all of it, in order
"""
