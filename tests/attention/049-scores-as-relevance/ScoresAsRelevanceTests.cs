using System.Globalization;

namespace Kata049;

public class ScoresAsRelevanceTests
{
    // Computed by the programs that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void Regression_on_two_keys_by_hand()
    {
        // squared distances of 1 to 0 and 3: 1 and 4; exponents −1/(2σ²), −4/(2σ²) differ by 3/(2σ²) = ln 3 for σ² = 1.5/ln 3:
        // weights 3/4 and 1/4, so 3/4 · 8 + 1/4 · 4 = 7
        ScoresAsRelevance.NadarayaWatson(Row(1), Rows([0], [3]), Rows([8], [4]), Math.Sqrt(1.5 / Math.Log(3))).ShouldBeNear(Row(7));
    }

    [Fact, Task(1)]
    public void Regression_equals_scikit_learn()
    {
        var golden = Golden.Case("regression");

        ScoresAsRelevance.NadarayaWatson(golden.Vector("query"), golden.Matrix("keys"), golden.Matrix("values"), golden.Number("sigma"))
            .ShouldBeNear(golden.Vector("output"));
    }

    [Theory, Task(1)]
    [InlineData(1, 3, 2, 0.8)]
    [InlineData(5, 2, 4, 1.3)]
    [InlineData(7, 4, 1, 2.5)]
    public void Regression_equals_its_definition(int m, int dimension, int valueDimension, double sigma)
    {
        var (query, keys) = Points(m, dimension);
        var values = Inputs.Matrix(m, valueDimension, seed: 6) + 1.5;

        ScoresAsRelevance.NadarayaWatson(query, keys, values, sigma).ShouldBeNear(NaiveWeights(query, keys, sigma) * values);
    }

    [Fact, Task(1)]
    public void Regression_depends_on_where_the_keys_are_from_the_query_not_on_the_origin()
    {
        var (query, keys) = Points(5, 3);
        var values = Inputs.Matrix(5, 2, seed: 6);
        var shift = Row(3, -2, 5);
        var moved = Matrix<double>.Build.DenseOfRowVectors(keys.EnumerateRows().Select(key => key + shift));

        ScoresAsRelevance.NadarayaWatson(query + shift, moved, values, 1.3)
            .ShouldBeNear(ScoresAsRelevance.NadarayaWatson(query, keys, values, 1.3), "distances are what they were");
    }

    [Fact, Task(1)]
    public void A_narrow_kernel_finds_the_nearest_key_and_a_wide_one_the_mean()
    {
        var (keys, values) = (Rows([0, 0], [2, 1], [5, 5]), Rows([10, 1], [20, 2], [60, 3]));

        ScoresAsRelevance.NadarayaWatson(Row(2, 2), keys, values, 0.05).ShouldBeNear(Row(20, 2));
        ScoresAsRelevance.NadarayaWatson(Row(2, 2), keys, values, 1e6).ShouldBeNear(Row(30, 2), tolerance: 1e-7);
    }

    [Fact, Task(1)]
    public void A_query_far_from_every_key_still_gets_the_nearest_value() =>
        ScoresAsRelevance.NadarayaWatson(Row(1000), Rows([1], [2]), Rows([10], [20]), 1)
            .ShouldBeNear(Row(20), "both kernels are below the least double, their ratio is not");

    [Fact, Task(1)]
    public void Regression_refuses_sizes_that_do_not_fit()
    {
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.NadarayaWatson(Row(1, 2), Rows([1], [2]), Rows([1], [2]), 1), "keys have 1 component");
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.NadarayaWatson(Row(1), Rows([1], [2]), Rows([1], [2], [3]), 1), "2 keys, 3 values");
    }

    [Theory, Task(1)]
    [InlineData(0)]
    [InlineData(-1.5)]
    [InlineData(double.NaN)]
    public void Regression_refuses_a_width_that_is_not_above_zero(double sigma) =>
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.NadarayaWatson(Row(1), Rows([1]), Rows([2]), sigma));

    [Fact, Task(2)]
    public void Scores_of_two_keys_by_hand() =>
        // key (3, 1): 2·3 + 1·1 − (9 + 1)/2 = 2; key (0, −4): −4 − 16/2 = −12; both over σ² = 4
        ScoresAsRelevance.DotProductForm(Row(2, 1), Rows([3, 1], [0, -4]), 2).ShouldBeNear(Row(0.5, -3));

    [Fact, Task(2)]
    public void Softmax_of_the_scores_equals_the_weights_of_scikit_learn()
    {
        var golden = Golden.Case("regression");

        Softmax(ScoresAsRelevance.DotProductForm(golden.Vector("query"), golden.Matrix("keys"), golden.Number("sigma")))
            .ShouldBeNear(golden.Vector("weights"));
    }

    [Theory, Task(2)]
    [InlineData(1, 3, 0.9)]
    [InlineData(6, 2, 1.4)]
    [InlineData(4, 5, 2.1)]
    public void Softmax_of_the_scores_is_the_kernel_regression(int m, int dimension, double sigma)
    {
        var (query, keys) = Points(m, dimension);

        Softmax(ScoresAsRelevance.DotProductForm(query, keys, sigma)).ShouldBeNear(NaiveWeights(query, keys, sigma));
    }

    [Theory, Task(2)]
    [InlineData(3, 2)]
    [InlineData(5, 4)]
    public void With_unit_keys_the_regression_is_attention(int m, int dimension)
    {
        var (query, keys) = Points(m, dimension);
        var unit = keys.NormalizeRows(2);
        var attention = Softmax(unit * query / Math.Sqrt(dimension));

        Softmax(ScoresAsRelevance.DotProductForm(query, unit, Math.Pow(dimension, 0.25)))
            .ShouldBeNear(attention, "equal norms fall out of the softmax, and σ² = √d is the scale");
    }

    [Fact, Task(2)]
    public void Scores_are_refused_like_the_regression()
    {
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.DotProductForm(Row(1, 2), Rows([1], [2]), 1), "keys have 1 component");
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.DotProductForm(Row(1), Rows([1]), 0), "no width");
    }

    [Fact, Task(2)]
    public void Without_the_norm_term_the_longest_key_wins() => Snapshot.Verify(Lengths());

    [Fact, Task(3)]
    public void Pmi_of_four_counts_by_hand()
    {
        // total 16, rows 8 and 8, columns 4 and 12: chance expects 2, 6, 2, 6
        ScoresAsRelevance.PointwiseMutualInformation(Rows([3, 5], [1, 7]), 0)
            .ShouldBeNear(Rows([Math.Log(3 / 2.0), Math.Log(5 / 6.0)], [Math.Log(1 / 2.0), Math.Log(7 / 6.0)]));
    }

    [Fact, Task(3)]
    public void Smoothing_counts_in_the_totals_too_by_hand()
    {
        // one more in every cell: 4, 1, 1, 2, total 8, rows 5 and 3, columns 5 and 3
        ScoresAsRelevance.PointwiseMutualInformation(Rows([3, 0], [0, 1]), 1)
            .ShouldBeNear(Rows([Math.Log(32 / 25.0), Math.Log(8 / 15.0)], [Math.Log(8 / 15.0), Math.Log(16 / 9.0)]));
    }

    [Fact, Task(3)]
    public void Pmi_equals_observed_over_expected_in_SciPy()
    {
        var golden = Golden.Case("pmi");

        ScoresAsRelevance.PointwiseMutualInformation(golden.Matrix("counts"), golden.Number("smoothing")).ShouldBeNear(golden.Matrix("pmi"));
    }

    [Fact, Task(3)]
    public void Words_that_meet_as_often_as_chance_have_none() =>
        ScoresAsRelevance.PointwiseMutualInformation(Row(1, 5, 2).OuterProduct(Row(3, 1, 4, 10)), 0)
            .ShouldBeNear(Matrix<double>.Build.Dense(3, 4), "counts are products of how frequent each side is");

    [Fact, Task(3)]
    public void A_pair_that_never_met_has_negative_infinity_without_smoothing() =>
        ScoresAsRelevance.PointwiseMutualInformation(Rows([3, 0], [1, 4]), 0)[0, 1].ShouldBeNear(double.NegativeInfinity);

    [Theory, Task(3)]
    [InlineData(3, 5, 0)]
    [InlineData(4, 2, 0.3)]
    public void Pmi_plus_the_log_of_the_prior_makes_the_softmax_a_conditional_probability(int n, int m, double smoothing)
    {
        var counts = Counts(n, m);
        var smoothed = counts + smoothing;
        var prior = (smoothed.ColumnSums() / smoothed.ColumnSums().Sum()).PointwiseLog();
        var pmi = ScoresAsRelevance.PointwiseMutualInformation(counts, smoothing);

        for (var word = 0; word < n; word++)
        {
            Softmax(pmi.Row(word) + prior).ShouldBeNear(smoothed.Row(word) / smoothed.Row(word).Sum(), $"p(context | word {word})");
        }
    }

    [Fact, Task(3)]
    public void A_table_ten_times_as_long_has_the_same_pmi()
    {
        var counts = Counts(3, 4);

        ScoresAsRelevance.PointwiseMutualInformation(10 * counts, 0).ShouldBeNear(ScoresAsRelevance.PointwiseMutualInformation(counts, 0));
    }

    [Fact, Task(3)]
    public void Pmi_refuses_counts_that_are_none_and_leaves_the_others_as_they_were()
    {
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([3, -1], [1, 4]), 2), "a count is negative");
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([3, double.NaN], [1, 4]), 2), "not a number");
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([3, double.PositiveInfinity], [1, 4]), 2), "infinite");
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([3, 0], [1, 0]), 0), "an empty column");
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([0, 0], [1, 2]), 0), "an empty row");
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([3]), -1), "negative smoothing");
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([3]), double.NaN), "no smoothing");
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.PointwiseMutualInformation(Rows([3]), double.PositiveInfinity), "infinite smoothing");

        var counts = Counts(3, 4);
        ScoresAsRelevance.PointwiseMutualInformation(counts, 2);
        counts.ShouldBeNear(Counts(3, 4));
    }

    [Fact, Task(4)]
    public void Dot_products_at_rank_two_equal_the_best_approximation_in_SciPy()
    {
        var golden = Golden.Case("pmi");
        var (queries, keys) = ScoresAsRelevance.FactorPmi(golden.Matrix("pmi"), 2);

        (queries * keys.Transpose()).ShouldBeNear(golden.Matrix("rankTwo"));
    }

    [Theory, Task(4)]
    [InlineData(3, 5)]
    [InlineData(6, 4)]
    [InlineData(4, 4)]
    [InlineData(1, 3)]
    public void Dot_products_at_full_rank_are_the_pmi(int n, int m)
    {
        var pmi = NaivePmi(Counts(n, m));
        var (queries, keys) = ScoresAsRelevance.FactorPmi(pmi, Math.Min(n, m));

        (queries.RowCount, queries.ColumnCount).Should().Be((n, Math.Min(n, m)));
        (keys.RowCount, keys.ColumnCount).Should().Be((m, Math.Min(n, m)));
        (queries * keys.Transpose()).ShouldBeNear(pmi);
    }

    [Theory, Task(4)]
    [InlineData(1)]
    [InlineData(3)]
    public void Queries_and_keys_share_the_scale(int rank)
    {
        var golden = Golden.Case("pmi");
        var (queries, keys) = ScoresAsRelevance.FactorPmi(golden.Matrix("pmi"), rank);
        var singularValues = Matrix<double>.Build.DenseOfDiagonalVector(golden.Vector("singularValues").SubVector(0, rank));

        queries.TransposeThisAndMultiply(queries).ShouldBeNear(singularValues, "QᵀQ holds the singular values");
        keys.TransposeThisAndMultiply(keys).ShouldBeNear(singularValues, "KᵀK holds them too");
    }

    [Fact, Task(4)]
    public void Factoring_refuses_what_no_dot_product_can_be()
    {
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.FactorPmi(Rows([1, double.NegativeInfinity], [2, 3]), 1), "an infinite entry");
        Expect.Throws<ArgumentException>(() => ScoresAsRelevance.FactorPmi(Rows([1, double.NaN], [2, 3]), 1), "not a number");
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.FactorPmi(Rows([1, 4, 5], [2, 3, 7]), 0), "no dimension");
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.FactorPmi(Rows([1, 4, 5], [2, 3, 7]), 3), "two rows");
        Expect.Throws<ArgumentOutOfRangeException>(() => ScoresAsRelevance.FactorPmi(Rows([1, 4], [5, 2], [3, 7]), 3), "two columns");
    }

    [Fact, Task(4)]
    public void Counts_favour_frequent_words_and_dot_products_related_ones() => Snapshot.Verify(Words());

    /// <summary>A table that the answer quotes: one query, keys that lie nearer and farther, σ² = √d.</summary>
    private static string Lengths()
    {
        var query = Row(1, 0);
        var keys = Rows([1, 0], [3, 0], [0.6, 0.8], [-1, 0]);
        var sigma = Math.Pow(2, 0.25);
        var kernel = Softmax(ScoresAsRelevance.DotProductForm(query, keys, sigma));
        var attention = Softmax(keys * query / Math.Sqrt(2));
        var table = new StringBuilder("key          distance   kernel   attention\n");
        for (var j = 0; j < keys.RowCount; j++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"({keys[j, 0]}, {keys[j, 1]})");
            var distance = (keys.Row(j) - query).L2Norm();
            table.Append(CultureInfo.InvariantCulture, $"{name,-12} {distance,8:F2} {kernel[j],8:F3} {attention[j],11:F3}\n");
        }

        return table.ToString();
    }

    /// <summary>A table that the answer quotes: how often words meet contexts, and what counts, PMI and dot products make of it.</summary>
    private static string Words()
    {
        var contexts = new[] { "the", "dog", "cat", "coffee", "milk" };
        var counts = Rows([80, 18, 1, 0, 0], [70, 1, 16, 0, 2], [90, 0, 0, 14, 1], [110, 2, 3, 12, 15], [300, 10, 10, 8, 6]);
        var pmi = ScoresAsRelevance.PointwiseMutualInformation(counts, 0.5);
        var dotProducts = new[] { 1, 2, 3 }.Select(rank => ScoresAsRelevance.FactorPmi(pmi, rank)).Select(pair => pair.Queries * pair.Keys.Transpose()).ToList();

        var table = new StringBuilder("query  key      count     PMI   q·k at rank 1       2       3\n");
        foreach (var (word, row) in new[] { ("bark", 0), ("purr", 1) })
        {
            for (var c = 0; c < contexts.Length; c++)
            {
                table.Append(CultureInfo.InvariantCulture, $"{word,-6} {contexts[c],-7} {counts[row, c],6} {pmi[row, c],7:F2} ");
                table.Append(CultureInfo.InvariantCulture, $"{dotProducts[0][row, c],15:F2} {dotProducts[1][row, c],7:F2} {dotProducts[2][row, c],7:F2}\n");
            }
        }

        return table.ToString();
    }

    private static (Vector<double> Query, Matrix<double> Keys) Points(int m, int dimension) =>
        (Inputs.Vector(dimension, seed: 4), Inputs.Matrix(m, dimension, seed: 5) + 0.4);

    private static Matrix<double> Counts(int n, int m) => Inputs.Matrix(n, m, seed: n + m, deviation: 9).Map(x => 1 + Math.Floor(Math.Abs(x)));

    private static Vector<double> NaiveWeights(Vector<double> query, Matrix<double> keys, double sigma)
    {
        var kernels = keys.EnumerateRows()
            .Select(key => Math.Exp(-key.Zip(query, (k, q) => (k - q) * (k - q)).Sum() / (2 * sigma * sigma))).ToArray();
        return Vector<double>.Build.Dense(kernels) / kernels.Sum();
    }

    private static Matrix<double> NaivePmi(Matrix<double> counts)
    {
        var joint = counts / counts.Enumerate().Sum();
        return Matrix<double>.Build.Dense(counts.RowCount, counts.ColumnCount, (w, c) => Math.Log(joint[w, c] / (joint.Row(w).Sum() * joint.Column(c).Sum())));
    }

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var exponentials = (logits - logits.Maximum()).PointwiseExp();
        return exponentials / exponentials.Sum();
    }

    private static Vector<double> Row(params double[] components) => Vector<double>.Build.Dense(components);

    private static Matrix<double> Rows(params double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
