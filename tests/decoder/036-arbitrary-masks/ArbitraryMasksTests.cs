using static Kata036.Support.MasksForTests;

namespace Kata036;

public class ArbitraryMasksTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void A_rule_is_asked_for_row_and_column_by_hand()
    {
        // query + 2·key divisible by 3: query 0 at keys 0 and 3, query 1 at key 1
        ShouldBe(ArbitraryMasks.FromRule(2, 4, (query, key) => (query + (2 * key)) % 3 == 0), Drawn("x..x", ".x.."));
    }

    [Theory, Task(1)]
    [InlineData(1, 6)]
    [InlineData(5, 2)]
    [InlineData(3, 3)]
    public void A_rule_over_a_table_gives_the_table(int queries, int keys)
    {
        var table = RandomMask(queries, keys, seed: queries + keys);

        ShouldBe(ArbitraryMasks.FromRule(queries, keys, (query, key) => table[query, key]), table);
    }

    [Fact, Task(1)]
    public void And_of_four_cases_by_hand() =>
        ShouldBe(ArbitraryMasks.And(Drawn("xx.."), Drawn("x.x.")), Drawn("x..."));

    [Theory, Task(1)]
    [InlineData(2, 7)]
    [InlineData(6, 3)]
    public void And_equals_the_definition_in_either_order_and_changes_neither_mask(int queries, int keys)
    {
        var (first, second) = (RandomMask(queries, keys, seed: 1), RandomMask(queries, keys, seed: 2));
        var expected = Naive(queries, keys, (query, key) => first[query, key] & second[query, key]);

        ShouldBe(ArbitraryMasks.And(first, second), expected);
        ShouldBe(ArbitraryMasks.And(second, first), expected);
        ShouldBe(first, RandomMask(queries, keys, seed: 1), "the first mask is not changed");
        ShouldBe(second, RandomMask(queries, keys, seed: 2), "the second mask is not changed");
    }

    [Theory, Task(1)]
    [InlineData(3, 2)]
    [InlineData(2, 4)]
    [InlineData(1, 3)]
    public void And_refuses_masks_of_different_shapes(int queries, int keys) =>
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.And(new bool[2, 3], new bool[queries, keys]));

    [Fact, Task(2)]
    public void Masks_of_a_whole_sequence_by_position_are_exactly_these()
    {
        ShouldBe(ArbitraryMasks.Causal(4, 4), Drawn("x...", "xx..", "xxx.", "xxxx"));
        ShouldBe(ArbitraryMasks.SlidingWindow(5, 5, 2), Drawn("x....", "xx...", ".xx..", "..xx.", "...xx"));
        ShouldBe(ArbitraryMasks.PrefixLm(5, 5, 3), Drawn("xxx..", "xxx..", "xxx..", "xxxx.", "xxxxx"));
    }

    [Fact, Task(2)]
    public void Masks_of_three_queries_after_four_cached_keys_are_exactly_these()
    {
        ShouldBe(ArbitraryMasks.Causal(3, 7), Drawn("xxxxx..", "xxxxxx.", "xxxxxxx"));
        ShouldBe(ArbitraryMasks.SlidingWindow(3, 7, 4), Drawn(".xxxx..", "..xxxx.", "...xxxx"));
        ShouldBe(ArbitraryMasks.PrefixLm(3, 7, 6), Drawn("xxxxxx.", "xxxxxx.", "xxxxxxx"));
    }

    [Fact, Task(2)]
    public void Masks_by_position_equal_PyTorch()
    {
        var golden = Golden.Case("positions");

        ShouldBe(ArbitraryMasks.Causal(4, 7), Mask(golden.Matrix("causal")));
        ShouldBe(ArbitraryMasks.SlidingWindow(4, 7, 3), Mask(golden.Matrix("window_of_3")));
        ShouldBe(ArbitraryMasks.PrefixLm(4, 7, 6), Mask(golden.Matrix("prefix_of_6")));
    }

    [Theory, Task(2)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 6, 3, 2)]
    [InlineData(2, 6, 2, 5)]
    [InlineData(6, 6, 4, 0)]
    public void With_a_cache_the_mask_is_the_last_rows_of_the_whole_one(int queries, int keys, int window, int prefix)
    {
        ShouldBe(ArbitraryMasks.Causal(queries, keys), LastRows(queries, ArbitraryMasks.Causal(keys, keys)));
        ShouldBe(ArbitraryMasks.SlidingWindow(queries, keys, window), LastRows(queries, ArbitraryMasks.SlidingWindow(keys, keys, window)));
        ShouldBe(ArbitraryMasks.PrefixLm(queries, keys, prefix), LastRows(queries, ArbitraryMasks.PrefixLm(keys, keys, prefix)));
    }

    [Theory, Task(2)]
    [InlineData(3, 5)]
    [InlineData(4, 4)]
    public void Extreme_windows_and_prefixes_are_masks_that_have_a_name(int queries, int keys)
    {
        var causal = ArbitraryMasks.Causal(queries, keys);
        var own = Naive(queries, keys, (query, key) => key == keys - queries + query);

        ShouldBe(ArbitraryMasks.SlidingWindow(queries, keys, 1), own, "a window of 1 holds the query's own position only");
        ShouldBe(ArbitraryMasks.SlidingWindow(queries, keys, keys), causal, "a window over everything is causal");
        ShouldBe(ArbitraryMasks.SlidingWindow(queries, keys, int.MaxValue), causal, "a window may be wider than the sequence");
        ShouldBe(ArbitraryMasks.PrefixLm(queries, keys, 0), causal, "without a prefix only the causal part is left");
        ShouldBe(ArbitraryMasks.PrefixLm(queries, keys, keys), Naive(queries, keys, (_, _) => true), "all keys are prefix");
    }

    [Fact, Task(2)]
    public void Masks_by_position_refuse_fewer_keys_than_queries()
    {
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.Causal(4, 3));
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.SlidingWindow(4, 3, 2));
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.PrefixLm(4, 3, 2));
    }

    [Theory, Task(2)]
    [InlineData(0)]
    [InlineData(-2)]
    public void A_window_holds_at_least_one_position(int window) =>
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.SlidingWindow(3, 4, window));

    [Theory, Task(2)]
    [InlineData(-1)]
    [InlineData(5)]
    public void A_prefix_is_part_of_the_sequence(int prefix) =>
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.PrefixLm(3, 4, prefix));

    [Fact, Task(3)]
    public void Masks_by_length_are_exactly_these()
    {
        ShouldBe(ArbitraryMasks.Padding([3, 1, 5, 0, 4]), Drawn("xxx..", "x....", "xxxxx", ".....", "xxxx."));
        ShouldBe(ArbitraryMasks.Blocks([2, 3, 1]), Drawn("xx....", "xx....", "..xxx.", "..xxx.", "..xxx.", ".....x"));
    }

    [Fact, Task(3)]
    public void Masks_by_length_equal_PyTorch()
    {
        var golden = Golden.Case("lengths");

        ShouldBe(ArbitraryMasks.Padding(golden.Integers("lengths")), Mask(golden.Matrix("padding")));
        ShouldBe(ArbitraryMasks.Blocks(golden.Integers("packed")), Mask(golden.Matrix("blocks")));
    }

    [Theory, Task(3)]
    [InlineData(4)]
    [InlineData(3, 1, 2)]
    [InlineData(1, 1, 4, 2)]
    [InlineData(0, 2, 0, 0, 1, 2)]
    public void A_block_reaches_from_its_first_position_to_its_last(params int[] lengths) =>
        ShouldBe(ArbitraryMasks.Blocks(lengths), NaiveBlocks(lengths));

    [Fact, Task(3)]
    public void Sequences_of_length_zero_have_a_row_of_padding_and_no_block()
    {
        ShouldBe(ArbitraryMasks.Padding([0, 2]), Drawn("..", "xx"));
        ShouldBe(ArbitraryMasks.Blocks([2, 0, 1, 2]), Drawn("xx...", "xx...", "..x..", "...xx", "...xx"), "the empty one is passed over");
    }

    [Fact, Task(3)]
    public void Masks_are_as_wide_as_the_lengths_also_where_no_token_is()
    {
        ShouldBe(ArbitraryMasks.Padding([0, 0]), new bool[2, 0], "the longest of two empty sequences has no position");
        ShouldBe(ArbitraryMasks.Blocks([0, 0]), new bool[0, 0]);
        ShouldBe(ArbitraryMasks.Padding([]), new bool[0, 0]);
        ShouldBe(ArbitraryMasks.Blocks([]), new bool[0, 0]);
    }

    [Theory, Task(3)]
    [InlineData(-1)]
    [InlineData(3, -1)]
    [InlineData(-1, 1)]
    [InlineData(2, -3, 2)]
    public void Masks_by_length_refuse_a_negative_length_wherever_it_is(params int[] lengths)
    {
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.Padding(lengths));
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.Blocks(lengths));
    }

    [Fact, Task(4)]
    public void Weights_of_one_to_three_by_hand()
    {
        // exp(0) : exp(ln 3) = 1 : 3, the score 9 is hidden; a key that is alone takes everything
        var scores = Rows([[0, Math.Log(3), 9], [1, 2, 3]]);

        ArbitraryMasks.MaskedSoftmax(scores, Drawn("xx.", "..x")).ShouldBeNear(Rows([[0.25, 0.75, 0], [0, 0, 1]]));
    }

    [Fact, Task(4)]
    public void Weights_under_a_mask_without_pattern_equal_PyTorch()
    {
        var golden = Golden.Case("softmax");

        var weights = ArbitraryMasks.MaskedSoftmax(golden.Matrix("scores"), Mask(golden.Matrix("mask")));

        // Row 2 may attend to nothing, where this version of PyTorch has no answer; another test is about such rows.
        weights.RemoveRow(2).ShouldBeNear(golden.Matrix("weights").RemoveRow(2));
    }

    [Fact, Task(4)]
    public void Attention_with_a_cache_equals_PyTorch()
    {
        var golden = Golden.Case("attention");

        var weights = ArbitraryMasks.MaskedSoftmax(golden.Matrix("scores"), ArbitraryMasks.Causal(4, 7));

        weights.ShouldBeNear(golden.Matrix("weights"));
        (weights * golden.Matrix("values")).ShouldBeNear(golden.Matrix("output"));
    }

    [Theory, Task(4)]
    [InlineData(1, 1)]
    [InlineData(4, 7)]
    [InlineData(7, 3)]
    public void Weights_are_the_softmax_of_the_visible_scores_alone(int queries, int keys)
    {
        var scores = Inputs.Matrix(queries, keys, seed: queries, deviation: 2);
        var mask = RandomMask(queries, keys, seed: keys);

        ArbitraryMasks.MaskedSoftmax(scores, mask).ShouldBeNear(Naive(scores, mask));
    }

    [Theory, Task(4)]
    [InlineData(1e5)]
    [InlineData(-1e5)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void The_score_of_a_hidden_key_changes_nothing(double hiddenScore)
    {
        var scores = Inputs.Matrix(4, 6, seed: 8);
        var mask = RandomMask(4, 6, seed: 9);

        ArbitraryMasks.MaskedSoftmax(WithHidden(scores, mask, hiddenScore), mask)
            .ShouldBeNear(Naive(scores, mask), "only scores of hidden keys were replaced");
    }

    [Fact, Task(4)]
    public void Scores_of_a_hundred_thousand_neither_overflow_nor_vanish() =>
        ArbitraryMasks.MaskedSoftmax(
            Rows([[1e5, 1e5 + Math.Log(3), -1e5], [-1e5, -2e5, -1e5], [-3, 1e5, -3]]), Drawn("xxx", "x.x", "x.x"))
            .ShouldBeNear(Rows([[0.25, 0.75, 0], [0.5, 0, 0.5], [0.5, 0, 0.5]]), "softmax depends on differences of visible scores only");

    [Fact, Task(4)]
    public void Hidden_keys_stay_hidden_where_every_visible_score_is_lower_than_minus_a_thousand_million() =>
        ArbitraryMasks.MaskedSoftmax(Rows([[-1e10, 5, -1e10]]), Drawn("x.x"))
            .ShouldBeNear(Rows([[0.5, 0, 0.5]]), "no finite number is below every score", tolerance: 1e-5);

    [Fact, Task(4)]
    public void A_query_that_may_attend_to_nothing_has_weights_of_zero() =>
        ArbitraryMasks.MaskedSoftmax(
            Rows([[1, 2, 3], [0, Math.Log(3), 9], [double.NaN, double.PositiveInfinity, double.NegativeInfinity]]),
            Drawn("...", "xx.", "..."))
            .ShouldBeNear(Rows([[0, 0, 0], [0.25, 0.75, 0], [0, 0, 0]]), "zeros, not NaN and not a uniform row");

    [Fact, Task(4)]
    public void Padding_a_batch_to_the_longest_changes_no_weight()
    {
        int[] lengths = [3, 5, 2];
        var padding = ArbitraryMasks.Padding(lengths);
        for (var sequence = 0; sequence < lengths.Length; sequence++)
        {
            var (length, row) = (lengths[sequence], sequence);
            var scores = Inputs.Matrix(5, 5, seed: sequence);
            var weights = ArbitraryMasks.MaskedSoftmax(scores, ArbitraryMasks.And(
                ArbitraryMasks.Causal(5, 5), ArbitraryMasks.FromRule(5, 5, (_, key) => padding[row, key])));

            weights.SubMatrix(0, length, 0, length).ShouldBeNear(ArbitraryMasks.MaskedSoftmax(
                scores.SubMatrix(0, length, 0, length), ArbitraryMasks.Causal(length, length)), $"sequence {sequence} is alone");
        }
    }

    [Fact, Task(4)]
    public void Packed_sequences_have_the_weights_that_each_has_alone()
    {
        var scores = Inputs.Matrix(6, 6, seed: 6);
        var weights = ArbitraryMasks.MaskedSoftmax(scores, ArbitraryMasks.And(ArbitraryMasks.Blocks([2, 4]), ArbitraryMasks.Causal(6, 6)));

        var expected = Matrix<double>.Build.Dense(6, 6);
        expected.SetSubMatrix(0, 0, ArbitraryMasks.MaskedSoftmax(scores.SubMatrix(0, 2, 0, 2), ArbitraryMasks.Causal(2, 2)));
        expected.SetSubMatrix(2, 2, ArbitraryMasks.MaskedSoftmax(scores.SubMatrix(2, 4, 2, 4), ArbitraryMasks.Causal(4, 4)));
        weights.ShouldBeNear(expected);
    }

    [Fact, Task(4)]
    public void Softmax_leaves_scores_and_mask_as_they_were()
    {
        var (scores, mask) = (Inputs.Matrix(3, 4, seed: 1), RandomMask(3, 4, seed: 2));

        ArbitraryMasks.MaskedSoftmax(scores, mask);

        scores.ShouldBeNear(Inputs.Matrix(3, 4, seed: 1));
        ShouldBe(mask, RandomMask(3, 4, seed: 2));
    }

    [Theory, Task(4)]
    [InlineData(4, 3)]
    [InlineData(3, 5)]
    [InlineData(1, 4)]
    public void Softmax_refuses_a_mask_of_another_shape(int queries, int keys) =>
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.MaskedSoftmax(Inputs.Matrix(3, 4, seed: 1), new bool[queries, keys]));

    [Fact, Task(4)]
    public void Layers_carry_information_beyond_a_window_but_never_around_a_block() => Snapshot.Verify(Experiment());

    /// <summary>The table that the answer quotes.</summary>
    private static string Experiment()
    {
        const int Length = 16;
        var causal = ArbitraryMasks.Causal(Length, Length);
        var table = new StringBuilder("mask of 16 × 16            visible pairs  keys reached by the last query after 1, 2, 3, 5 layers\n");
        foreach (var (name, mask) in new[]
        {
            ("everything", ArbitraryMasks.FromRule(Length, Length, (_, _) => true)),
            ("causal", causal),
            ("prefix of 5", ArbitraryMasks.PrefixLm(Length, Length, 5)),
            ("window of 4", ArbitraryMasks.SlidingWindow(Length, Length, 4)),
            ("blocks of 4 5 7 and causal", ArbitraryMasks.And(ArbitraryMasks.Blocks([4, 5, 7]), causal)),
        })
        {
            AppendRow(table, name, mask, ArbitraryMasks.MaskedSoftmax(Inputs.Matrix(Length, Length, seed: 36), mask), [1, 2, 3, 5]);
        }

        return table.ToString();
    }
}
