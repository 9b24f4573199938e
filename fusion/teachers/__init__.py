"""Who fuses, evolves and answers: a server, recorded replies, or the miniature; every reply is kept as it was."""

from fusion.teachers.call_journal import CallJournal
from fusion.teachers.teacher import Ask, Refusal, Reply, Settings, Teacher, Unrecorded

__all__ = ["Ask", "CallJournal", "Refusal", "Reply", "Settings", "Teacher", "Unrecorded"]
