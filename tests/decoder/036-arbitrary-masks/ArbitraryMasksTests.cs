using System.Globalization;

namespace Kata036;

public class ArbitraryMasksTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void A_rule_is_asked_for_row_and_column_by_hand()
    {
        // query + 2·key divisible by 3: query 0 at keys 0 and 3, query 1 at key 1
        ShouldBe(ArbitraryMasks.FromRule(2, 4, (query, key) => (query + (2 * key)) % 3 == 0), "x..x\n.x..");
    }

    [Theory, Task(1)]
    [InlineData(1, 6)]
    [InlineData(5, 2)]
    [InlineData(3, 3)]
    public void A_rule_over_a_table_gives_the_table(int queries, int keys)
    {
        var table = RandomMask(queries, keys, seed: queries + keys);

        ShouldBe(ArbitraryMasks.FromRule(queries, keys, (query, key) => table[query, key]), Show(table));
    }

    [Fact, Task(1)]
    public void And_of_four_cases_by_hand() =>
        ShouldBe(
            ArbitraryMasks.And(new[,] { { true, true, false, false } }, new[,] { { true, false, true, false } }),
            "x...");

    [Theory, Task(1)]
    [InlineData(2, 7)]
    [InlineData(6, 3)]
    public void And_equals_the_definition_in_either_order_and_changes_neither_mask(int queries, int keys)
    {
        var (first, second) = (RandomMask(queries, keys, seed: 1), RandomMask(queries, keys, seed: 2));
        var expected = Show(queries, keys, (query, key) => first[query, key] & second[query, key]);

        ShouldBe(ArbitraryMasks.And(first, second), expected);
        ShouldBe(ArbitraryMasks.And(second, first), expected);
        ShouldBe(first, Show(RandomMask(queries, keys, seed: 1)));
        ShouldBe(second, Show(RandomMask(queries, keys, seed: 2)));
    }

    [Theory, Task(1)]
    [InlineData(3, 2)]
    [InlineData(2, 4)]
    [InlineData(1, 3)]
    public void And_refuses_masks_of_different_shapes(int queries, int keys) =>
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.And(new bool[2, 3], new bool[queries, keys]));

    [Fact, Task(2)]
    public void Masks_by_position_are_exactly_these() => Snapshot.Verify(string.Join("\n\n",
        Titled("Causal(4, 4)", ArbitraryMasks.Causal(4, 4)),
        Titled("Causal(3, 7): four keys are cached", ArbitraryMasks.Causal(3, 7)),
        Titled("SlidingWindow(5, 5, 2)", ArbitraryMasks.SlidingWindow(5, 5, 2)),
        Titled("SlidingWindow(3, 7, 4)", ArbitraryMasks.SlidingWindow(3, 7, 4)),
        Titled("PrefixLm(5, 5, 3)", ArbitraryMasks.PrefixLm(5, 5, 3)),
        Titled("PrefixLm(3, 7, 6)", ArbitraryMasks.PrefixLm(3, 7, 6))));

    [Fact, Task(2)]
    public void Masks_by_position_equal_PyTorch()
    {
        var golden = Golden.Case("positions");

        ShouldBe(ArbitraryMasks.Causal(4, 7), Show(Mask(golden.Matrix("causal"))));
        ShouldBe(ArbitraryMasks.SlidingWindow(4, 7, 3), Show(Mask(golden.Matrix("window_of_3"))));
        ShouldBe(ArbitraryMasks.PrefixLm(4, 7, 6), Show(Mask(golden.Matrix("prefix_of_6"))));
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
        var causal = Show(ArbitraryMasks.Causal(queries, keys));
        var own = Show(queries, keys, (query, key) => key == keys - queries + query);

        ShouldBe(ArbitraryMasks.SlidingWindow(queries, keys, 1), own, "a window of 1 holds the query's own position only");
        ShouldBe(ArbitraryMasks.SlidingWindow(queries, keys, keys), causal, "a window over everything is causal");
        ShouldBe(ArbitraryMasks.SlidingWindow(queries, keys, 100), causal, "a window may be wider than the sequence");
        ShouldBe(ArbitraryMasks.PrefixLm(queries, keys, 0), causal, "without a prefix only the causal part is left");
        ShouldBe(ArbitraryMasks.PrefixLm(queries, keys, keys), Show(queries, keys, (_, _) => true), "all keys are prefix");
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
    public void Masks_by_length_are_exactly_these() => Snapshot.Verify(string.Join("\n\n",
        Titled("Padding([3, 1, 5, 0, 4])", ArbitraryMasks.Padding([3, 1, 5, 0, 4])),
        Titled("Blocks([2, 3, 1])", ArbitraryMasks.Blocks([2, 3, 1]))));

    [Fact, Task(3)]
    public void Masks_by_length_equal_PyTorch()
    {
        var golden = Golden.Case("lengths");

        ShouldBe(ArbitraryMasks.Padding(golden.Integers("lengths")), Show(Mask(golden.Matrix("padding"))));
        ShouldBe(ArbitraryMasks.Blocks(golden.Integers("packed")), Show(Mask(golden.Matrix("blocks"))));
    }

    [Theory, Task(3)]
    [InlineData(4)]
    [InlineData(3, 1, 2)]
    [InlineData(1, 1, 4, 2)]
    public void A_block_reaches_from_its_first_position_to_its_last(params int[] lengths)
    {
        var total = lengths.Sum();
        int Start(int position) => Enumerable.Range(0, lengths.Length).Select(i => lengths[..i].Sum()).Last(start => start <= position);

        ShouldBe(ArbitraryMasks.Blocks(lengths), Show(total, total, (query, key) => Start(query) == Start(key)));
    }

    [Fact, Task(3)]
    public void Sequences_of_length_zero_have_a_row_of_padding_and_no_block()
    {
        ShouldBe(ArbitraryMasks.Padding([0, 2]), "..\nxx");
        ShouldBe(ArbitraryMasks.Blocks([2, 0, 1]), "xx.\nxx.\n..x");
    }

    [Fact, Task(3)]
    public void No_lengths_give_a_mask_without_rows_and_columns()
    {
        ArbitraryMasks.Padding([]).Length.Should().Be(0);
        ArbitraryMasks.Blocks([]).Length.Should().Be(0);
    }

    [Fact, Task(3)]
    public void Masks_by_length_refuse_a_negative_length()
    {
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.Padding([3, -1]));
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.Blocks([3, -1]));
    }

    [Fact, Task(4)]
    public void Weights_of_one_to_three_by_hand()
    {
        // exp(0) : exp(ln 3) = 1 : 3, the score 9 is hidden; the second query may attend to nothing
        var scores = Rows([[0, Math.Log(3), 9], [1, 2, 3]]);
        var mask = new[,] { { true, true, false }, { false, false, false } };

        ArbitraryMasks.MaskedSoftmax(scores, mask).ShouldBeNear(Rows([[0.25, 0.75, 0], [0, 0, 0]]));
    }

    [Fact, Task(4)]
    public void Weights_under_a_mask_without_pattern_equal_PyTorch()
    {
        var golden = Golden.Case("softmax");

        ArbitraryMasks.MaskedSoftmax(golden.Matrix("scores"), Mask(golden.Matrix("mask"))).ShouldBeNear(golden.Matrix("weights"));
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
        var other = Matrix<double>.Build.Dense(4, 6, (query, key) => mask[query, key] ? scores[query, key] : hiddenScore);

        ArbitraryMasks.MaskedSoftmax(other, mask).ShouldBeNear(Naive(scores, mask), "only scores of hidden keys were replaced");
    }

    [Fact, Task(4)]
    public void Scores_of_a_hundred_thousand_neither_overflow_nor_vanish() =>
        ArbitraryMasks.MaskedSoftmax(
            Rows([[1e5, 1e5 + Math.Log(3), -1e5], [-1e5, 1e5, -1e5]]),
            new[,] { { true, true, true }, { true, false, true } })
            .ShouldBeNear(Rows([[0.25, 0.75, 0], [0.5, 0, 0.5]]), "softmax depends on differences of visible scores only");

    [Fact, Task(4)]
    public void Hidden_keys_stay_hidden_where_every_visible_score_is_lower_than_minus_a_thousand_million() =>
        ArbitraryMasks.MaskedSoftmax(Rows([[-1e10, 5, -1e10]]), new[,] { { true, false, true } })
            .ShouldBeNear(Rows([[0.5, 0, 0.5]]), "no finite number is below every score", tolerance: 1e-5);

    [Fact, Task(4)]
    public void A_query_that_may_attend_to_nothing_has_weights_of_zero() =>
        ArbitraryMasks.MaskedSoftmax(Inputs.Matrix(3, 4, seed: 4), new bool[3, 4])
            .ShouldBeNear(Matrix<double>.Build.Dense(3, 4), "zeros, not NaN and not a uniform row");

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
        ShouldBe(mask, Show(RandomMask(3, 4, seed: 2)));
    }

    [Theory, Task(4)]
    [InlineData(4, 3)]
    [InlineData(3, 5)]
    [InlineData(1, 4)]
    public void Softmax_refuses_a_mask_of_another_shape(int queries, int keys) =>
        Expect.Throws<ArgumentException>(() => ArbitraryMasks.MaskedSoftmax(Inputs.Matrix(3, 4, seed: 1), new bool[queries, keys]));

    [Fact, Task(4)]
    public void Layers_carry_information_beyond_a_window_but_never_around_a_block() => Snapshot.Verify(Experiment());

    /// <summary>The table that the answer quotes: L layers mix positions by the L-th power of their weights.</summary>
    private static string Experiment()
    {
        const int Length = 64;
        var causal = ArbitraryMasks.Causal(Length, Length);
        var table = new StringBuilder("mask of 64 × 64            visible pairs  keys reached by the last query after 1, 2, 4, 9 layers\n");
        foreach (var (name, mask) in new[]
        {
            ("everything", ArbitraryMasks.FromRule(Length, Length, (_, _) => true)),
            ("causal", causal),
            ("prefix of 16", ArbitraryMasks.PrefixLm(Length, Length, 16)),
            ("window of 8", ArbitraryMasks.SlidingWindow(Length, Length, 8)),
            ("blocks 16 24 24 and causal", ArbitraryMasks.And(ArbitraryMasks.Blocks([16, 24, 24]), causal)),
        })
        {
            var weights = ArbitraryMasks.MaskedSoftmax(Inputs.Matrix(Length, Length, seed: 36), mask);
            var visible = mask.Cast<bool>().Count(mayAttend => mayAttend) / (double)mask.Length;
            table.Append(CultureInfo.InvariantCulture, $"{name,-26} {100 * visible,12:F1}%");
            foreach (var layers in new[] { 1, 2, 4, 9 })
            {
                table.Append(CultureInfo.InvariantCulture, $" {weights.Power(layers).Row(Length - 1).Count(weight => weight > 0),4}");
            }

            table.Append('\n');
        }

        return table.ToString();
    }

    private static Matrix<double> Naive(Matrix<double> scores, bool[,] mask)
    {
        var weights = Matrix<double>.Build.Dense(scores.RowCount, scores.ColumnCount);
        for (var query = 0; query < scores.RowCount; query++)
        {
            var visible = Enumerable.Range(0, scores.ColumnCount).Where(key => mask[query, key]).ToList();
            foreach (var key in visible)
            {
                weights[query, key] = 1 / visible.Sum(other => Math.Exp(scores[query, other] - scores[query, key]));
            }
        }

        return weights;
    }

    private static void ShouldBe(bool[,] actual, string expected, string because = "") =>
        ("\n" + Show(actual)).Should().Be("\n" + expected, because);

    private static string LastRows(int count, bool[,] mask) => string.Join('\n', Show(mask).Split('\n').TakeLast(count));

    private static string Titled(string title, bool[,] mask) => $"{title}\n{Show(mask)}";

    private static string Show(bool[,] mask) => Show(mask.GetLength(0), mask.GetLength(1), (query, key) => mask[query, key]);

    /// <summary>One line per query: x where it may attend to the key.</summary>
    private static string Show(int queries, int keys, Func<int, int, bool> mayAttend) =>
        string.Join('\n', Enumerable.Range(0, queries).Select(query =>
            string.Concat(Enumerable.Range(0, keys).Select(key => mayAttend(query, key) ? 'x' : '.'))));

    private static bool[,] Mask(Matrix<double> ones)
    {
        var mask = new bool[ones.RowCount, ones.ColumnCount];
        foreach (var (query, key, value) in ones.EnumerateIndexed())
        {
            mask[query, key] = value == 1;
        }

        return mask;
    }

    private static bool[,] RandomMask(int queries, int keys, int seed) => Mask(Inputs.Matrix(queries, keys, seed).Map(value => value > -0.3 ? 1.0 : 0));

    private static Matrix<double> Rows(double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
