"""Problems of MultiPL-E whose tests are known to fail every correct answer, by version of the data.

C#: the tests compare lists and dictionaries by `Equals`, which is true of one object only (MultiPL-E issue 71, mended
in 2026-01). Rust: HumanEval_92 asserts two different results of one call (142). Java: an optional inside an optional
is compared with an empty one (47).
"""

from __future__ import annotations

_IN_3_2 = {
    "multipl-e-mbpp:cs": """
        mbpp_4_heap_queue_largest mbpp_8_square_nums mbpp_12_sort_matrix mbpp_64_subject_marks
        mbpp_71_comb_sort mbpp_75_find_tuples mbpp_87_merge_dictionaries_three mbpp_88_freq_count
        mbpp_97_frequency_lists mbpp_104_sort_sublists mbpp_108_merge_sorted_list mbpp_117_list_to_float
        mbpp_118_string_to_list mbpp_128_long_words mbpp_141_pancake_sort mbpp_161_remove_elements
        mbpp_229_re_arrange_array mbpp_237_check_occurences mbpp_240_replace_list mbpp_249_intersection_array
        mbpp_251_insert_element mbpp_255_combinations_colors mbpp_257_swap_numbers mbpp_259_maximize_elements
        mbpp_265_list_split mbpp_272_rear_extract mbpp_277_dict_filter mbpp_282_sub_list
        mbpp_308_large_product mbpp_310_string_to_tuple mbpp_390_add_string mbpp_391_convert_list_dictionary
        mbpp_401_add_nested_tuples mbpp_408_k_smallest_pairs mbpp_412_remove_odd mbpp_413_extract_nth_element
        mbpp_417_group_tuples mbpp_418_Find_Max mbpp_424_extract_rear mbpp_426_filter_oddnumbers
        mbpp_428_shell_sort mbpp_436_neg_nos mbpp_444_trim_tuple mbpp_445_index_multiplication
        mbpp_447_cube_nums mbpp_450_extract_string mbpp_456_reverse_string_list mbpp_457_Find_Min
        mbpp_460_Extract mbpp_465_drop_empty mbpp_475_sort_counter mbpp_554_Split mbpp_560_union_elements
        mbpp_563_extract_values mbpp_565_split mbpp_568_empty_list mbpp_569_sort_sublists
        mbpp_572_two_unique_nums mbpp_578_interleave_lists mbpp_586_split_Arr mbpp_589_perfect_squares
        mbpp_591_swap_List mbpp_603_get_ludic mbpp_610_remove_kth_element mbpp_612_merge
        mbpp_615_average_tuple mbpp_618_div_list mbpp_623_nth_nums mbpp_625_swap_List mbpp_629_Split
        mbpp_630_get_coordinates mbpp_632_move_zero mbpp_635_heap_sort mbpp_644_reverse_Array_Upto_K
        mbpp_722_filter_data mbpp_725_extract_quotation mbpp_726_multiply_elements mbpp_728_sum_list
        mbpp_730_consecutive_duplicates mbpp_740_tuple_to_dict mbpp_743_rotate_right
        mbpp_745_divisible_by_digits mbpp_749_sort_numeric_strings mbpp_750_add_tuple mbpp_753_min_k
        mbpp_754_extract_index_list mbpp_766_pair_wise mbpp_769_Diff mbpp_778_pack_consecutive_duplicates
        mbpp_780_find_combinations mbpp_783_rgb_to_hsv mbpp_805_max_sum_list
    """,
    "multipl-e-mbpp:java": """
        mbpp_744_check_none
    """,
    "multipl-e:cs": """
        HumanEval_1_separate_paren_groups HumanEval_5_intersperse HumanEval_6_parse_nested_parens
        HumanEval_7_filter_by_substring HumanEval_9_rolling_max HumanEval_14_all_prefixes
        HumanEval_17_parse_music HumanEval_21_rescale_to_unit HumanEval_22_filter_integers
        HumanEval_25_factorize HumanEval_26_remove_duplicates HumanEval_29_filter_by_prefix
        HumanEval_30_get_positive HumanEval_33_sort_third HumanEval_34_unique HumanEval_37_sort_even
        HumanEval_42_incr_list HumanEval_58_common HumanEval_62_derivative HumanEval_68_pluck
        HumanEval_70_strange_sort_list HumanEval_74_total_match HumanEval_81_numerical_letter_grade
        HumanEval_87_get_row HumanEval_88_sort_array HumanEval_96_count_up_to HumanEval_100_make_a_pile
        HumanEval_101_words_string HumanEval_104_unique_digits HumanEval_105_by_length HumanEval_106_f
        HumanEval_111_histogram HumanEval_113_odd_count HumanEval_116_sort_array HumanEval_117_select_words
        HumanEval_120_maximum HumanEval_123_get_odd_collatz HumanEval_129_minPath HumanEval_130_tri
        HumanEval_145_order_by_points HumanEval_148_bf HumanEval_149_sorted_list_sum HumanEval_152_compare
        HumanEval_159_eat HumanEval_163_generate_integers
    """,
    "multipl-e:java": """
        HumanEval_136_largest_smallest_integers
    """,
    "multipl-e:rs": """
        HumanEval_92_any_int
    """,
}


def unsatisfiable(name: str, version: str) -> frozenset[str]:
    """Give the problems of a benchmark that no correct answer passes.

    Args:
        name: The benchmark, as in `multipl-e:cs`.
        version: Of the data.

    Example:
        >>> len(unsatisfiable("multipl-e:cs", "3.2")), len(unsatisfiable("multipl-e:js", "3.2"))
        (45, 0)
    """
    return frozenset(_IN_3_2.get(name, "").split()) if version.startswith("3.") else frozenset()
