# c128 | task=add | required=fail | an entry point that is no function
add = 3
