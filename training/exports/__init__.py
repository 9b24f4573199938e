"""A training's config and data in the files of other trainers: LLaMA-Factory, axolotl, TRL's own command.

exported_data  the mixture as rows of messages, in order
llamafactory   train.yaml, dataset_info.json, data.jsonl
axolotl        config.yaml, data.jsonl, and the template where it is ours
trl            config.yaml and the tokens with their masks
export         which of them, and what they share
"""
