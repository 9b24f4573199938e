SELF_CHECKS={}
is_self_check=None
