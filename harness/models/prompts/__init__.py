"""What is put to a model: presets of prompts, a model's own chat template, and the exact string that comes of both.

A preset is a Jinja file in this folder; its first comment names its source. Nothing here loads a model.
"""

from harness.models.prompts.build import BuiltPrompts, build_prompts, choose_style
from harness.models.prompts.chat_template import ChatTemplate
from harness.models.prompts.preset import Preset, PromptStyle, load_preset, preset_names
from harness.models.prompts.show import ShownPrompt, show_prompt

__all__ = [
    "BuiltPrompts",
    "ChatTemplate",
    "Preset",
    "PromptStyle",
    "ShownPrompt",
    "build_prompts",
    "choose_style",
    "load_preset",
    "preset_names",
    "show_prompt",
]
