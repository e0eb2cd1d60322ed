using System.Globalization;

namespace Kata052;

public class AttentionToSelfTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load().Case("attention");

    [Fact, Task(1)]
    public void Weights_of_two_tokens_by_hand()
    {
        // dK = 1: scores 1·ln 2, 1·0; 2·ln 2, 2·0: ratios 2 : 1 and 4 : 1
        AttentionToSelf.Weights(Rows([1], [2]), Rows([Math.Log(2)], [0]))
            .ShouldBeNear(Rows([2 / 3.0, 1 / 3.0], [4 / 5.0, 1 / 5.0]));
    }

    [Fact, Task(1)]
    public void Weights_equal_PyTorch() =>
        AttentionToSelf.Weights(Golden.Matrix("queries"), Golden.Matrix("keys")).ShouldBeNear(Golden.Matrix("weights"));

    [Fact, Task(1)]
    public void Weights_survive_scores_far_beyond_the_range_of_exp() =>
        AttentionToSelf.Weights(Rows([3000], [-3000]), Rows([1], [-1])).ShouldBeNear(Rows([1, 0], [0, 1]));

    [Fact, Task(1)]
    public void Mean_self_weight_by_hand() =>
        AttentionToSelf.MeanSelfWeight(Rows([0.5, 0.2, 0.3], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1])).ShouldBeNear((0.5 + 0.8 + 0.1) / 3);

    [Theory, Task(1)]
    [InlineData(3, 2)]
    [InlineData(7, 5)]
    [InlineData(12, 16)]
    public void With_tied_unit_vectors_every_token_sees_itself_best(int n, int dimension)
    {
        var unit = Inputs.Matrix(n, dimension, seed: n).NormalizeRows(2);
        var weights = AttentionToSelf.Weights(unit, unit);

        weights.EnumerateRowsIndexed().Should().OnlyContain(
            row => row.Item2.MaximumIndex() == row.Item1, "x·y is below |x||y| = 1 unless y = x (Cauchy–Schwarz)");
        AttentionToSelf.MeanSelfWeight(weights).Should().BeGreaterThan(1.0 / n);
    }

    [Fact, Task(1)]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Expect.Throws<ArgumentException>(() => AttentionToSelf.Weights(Rows([1, 2]), Rows([1])), "dimensions differ");
        Expect.Throws<ArgumentException>(() => AttentionToSelf.Weights(Rows([1], [2]), Rows([1])), "two queries, one key");
    }

    [Fact, Task(1)]
    public void Mean_self_weight_refuses_a_matrix_that_is_not_square() =>
        Expect.Throws<ArgumentException>(() => AttentionToSelf.MeanSelfWeight(Rows([0.5, 0.5])));

    [Fact, Task(2)]
    public void Masked_weights_of_three_tokens_by_hand()
    {
        // all queries 1, keys ln 1, ln 2, ln 3: weights in the ratio of 1, 2, 3 without the own one
        var masked = AttentionToSelf.DiagonalMasked(Rows([1], [1], [1]), Rows([0], [Math.Log(2)], [Math.Log(3)]));

        masked.ShouldBeNear(Rows([0, 2 / 5.0, 3 / 5.0], [1 / 4.0, 0, 3 / 4.0], [1 / 3.0, 2 / 3.0, 0]));
    }

    [Fact, Task(2)]
    public void Masked_weights_equal_PyTorch() =>
        AttentionToSelf.DiagonalMasked(Golden.Matrix("queries"), Golden.Matrix("keys")).ShouldBeNear(Golden.Matrix("masked"));

    [Theory, Task(2)]
    [InlineData(2)]
    [InlineData(5)]
    public void Masked_rows_still_sum_to_one(int n)
    {
        var masked = AttentionToSelf.DiagonalMasked(Inputs.Matrix(n, 3, seed: 1), Inputs.Matrix(n, 3, seed: 2));

        masked.RowSums().ShouldBeNear(Enumerable.Repeat(1.0, n));
        masked.Diagonal().ShouldBeNear(new double[n]);
    }

    [Fact, Task(2)]
    public void A_token_alone_sees_nothing() =>
        AttentionToSelf.DiagonalMasked(Rows([2, 1]), Rows([1, 3])).ShouldBeNear(Rows([0]), "softmax of a row without any score is not a number");

    [Fact, Task(2)]
    public void A_masked_score_has_no_influence_however_large()
    {
        // the own scores are 4000 and 9000, the others at most 60
        var queries = Rows([200, 0], [0, 300]);
        var keys = Rows([20, 0.2], [0.3, 30]);

        AttentionToSelf.DiagonalMasked(queries, keys).ShouldBeNear(Rows([0, 1], [1, 0]));
    }

    [Fact, Task(3)]
    public void Locality_attention_equals_PyTorch() =>
        AttentionToSelf.LocalityAttention(Golden.Matrix("queries"), Golden.Matrix("keys"), Golden.Matrix("values"), Golden.Number("temperature"))
            .ShouldBeNear(Golden.Matrix("output"));

    [Theory, Task(3)]
    [InlineData(2, 1, 3, 0.4)]
    [InlineData(4, 3, 2, 1.7)]
    [InlineData(6, 2, 5, 3)]
    public void Locality_attention_equals_the_definition(int n, int keyDimension, int valueDimension, double temperature)
    {
        var (queries, keys, values, _) = Tokens(n, keyDimension, valueDimension);

        AttentionToSelf.LocalityAttention(queries, keys, values, temperature)
            .ShouldBeNear(Naive(queries, keys, values, temperature));
    }

    [Fact, Task(3)]
    public void The_own_value_of_a_token_never_comes_out()
    {
        var (queries, keys, values, _) = Tokens(5, 3, 2);
        var changed = values.Clone();
        changed.SetRow(2, [1e6, -1e6]);

        AttentionToSelf.LocalityAttention(queries, keys, changed, 1).Row(2)
            .ShouldBeNear(AttentionToSelf.LocalityAttention(queries, keys, values, 1).Row(2));
    }

    [Fact, Task(3)]
    public void Locality_attention_of_a_token_alone_is_zero() =>
        AttentionToSelf.LocalityAttention(Rows([2, 1]), Rows([1, 3]), Rows([7, 8, 9]), 1).ShouldBeNear(Rows([0, 0, 0]));

    [Theory, Task(3)]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(double.NaN)]
    public void A_temperature_that_is_not_above_zero_is_refused(double temperature) =>
        Expect.Throws<ArgumentOutOfRangeException>(() => AttentionToSelf.LocalityAttention(Rows([1], [2]), Rows([1], [2]), Rows([1], [2]), temperature));

    [Fact, Task(3)]
    public void Values_that_do_not_fit_are_refused() =>
        Expect.Throws<ArgumentException>(() => AttentionToSelf.LocalityAttention(Rows([1], [2]), Rows([1], [2]), Rows([1], [2], [3]), 1));

    [Fact, Task(3)]
    public void Locality_attention_leaves_its_inputs_as_they_were()
    {
        var (queries, keys, values, _) = Tokens(4, 3, 2);

        AttentionToSelf.LocalityAttention(queries, keys, values, 1.5);

        queries.ShouldBeNear(Tokens(4, 3, 2).Queries);
        keys.ShouldBeNear(Tokens(4, 3, 2).Keys);
        values.ShouldBeNear(Tokens(4, 3, 2).Values);
    }

    [Fact, Task(4)]
    public void Gradient_of_the_temperature_equals_automatic_differentiation_in_PyTorch() =>
        AttentionToSelf.TemperatureGradient(
                Golden.Matrix("queries"), Golden.Matrix("keys"), Golden.Matrix("values"), Golden.Number("temperature"), Golden.Matrix("upstream"))
            .ShouldBeNear(Golden.Number("gradient"));

    [Theory, Task(4)]
    [InlineData(3, 2, 4, 0.6)]
    [InlineData(5, 4, 1, 1)]
    [InlineData(4, 3, 2, 2.5)]
    public void Gradient_of_the_temperature_equals_finite_differences(int n, int keyDimension, int valueDimension, double temperature)
    {
        var (queries, keys, values, upstream) = Tokens(n, keyDimension, valueDimension);
        double Loss(Vector<double> at) => Naive(queries, keys, values, at[0]).PointwiseMultiply(upstream).RowSums().Sum();
        var expected = FiniteDifference.Gradient(Loss, Vector<double>.Build.Dense(1, temperature))[0];

        AttentionToSelf.TemperatureGradient(queries, keys, values, temperature, upstream)
            .ShouldBeNear(expected, tolerance: FiniteDifference.Tolerance);
    }

    [Theory, Task(4)]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(double.NaN)]
    public void The_gradient_refuses_a_temperature_that_is_not_above_zero(double temperature) =>
        Expect.Throws<ArgumentOutOfRangeException>(() => AttentionToSelf.TemperatureGradient(
            Rows([1], [2]), Rows([1], [2]), Rows([1], [2]), temperature, Rows([1], [2])));

    [Fact, Task(4)]
    public void Gradient_is_zero_where_the_temperature_cannot_matter() =>
        AttentionToSelf.TemperatureGradient(Rows([2], [3]), Rows([1], [5]), Rows([4], [7]), 1.5, Rows([1], [-2]))
            .ShouldBeNear(0, "with two tokens each can only see the other");

    [Fact, Task(4)]
    public void Gradient_has_the_unit_of_the_loss_per_temperature()
    {
        var (queries, keys, values, upstream) = Tokens(4, 3, 2);
        var once = AttentionToSelf.TemperatureGradient(queries, keys, values, 1.5, upstream);

        AttentionToSelf.TemperatureGradient(2 * queries, keys, values, 3, upstream)
            .ShouldBeNear(once / 2, "only the quotient of scores and temperature acts");
        AttentionToSelf.TemperatureGradient(queries, keys, values + 9, 1.5, upstream)
            .ShouldBeNear(once, "the weights of a row sum to 1 at every temperature");
    }

    [Fact, Task(4)]
    public void How_much_tokens_look_at_themselves_depends_on_the_projections() => Snapshot.Verify(Experiment());

    /// <summary>The table that the answer quotes: 16 tokens of 64 independent normal components.</summary>
    private static string Experiment()
    {
        var tokens = Inputs.Matrix(16, 64, seed: 1);
        var unit = tokens.NormalizeRows(2);
        var (queryProjection, keyProjection) = (Inputs.Matrix(64, 64, seed: 2, deviation: 1 / 8.0), Inputs.Matrix(64, 64, seed: 3, deviation: 1 / 8.0));
        var table = new StringBuilder("queries and keys                       mean self-weight   (even: 0.0625)\n");
        Append("the tokens themselves", AttentionToSelf.Weights(tokens, tokens));
        Append("the tokens themselves, length 1", AttentionToSelf.Weights(unit, unit));
        Append("one projection for both", AttentionToSelf.Weights(tokens * queryProjection, tokens * queryProjection));
        Append("two independent projections", AttentionToSelf.Weights(tokens * queryProjection, tokens * keyProjection));
        Append("the tokens themselves, masked", AttentionToSelf.DiagonalMasked(tokens, tokens));
        return table.ToString();

        void Append(string what, Matrix<double> weights) =>
            table.Append(CultureInfo.InvariantCulture, $"{what,-36}{AttentionToSelf.MeanSelfWeight(weights),19:F4}\n");
    }

    private static (Matrix<double> Queries, Matrix<double> Keys, Matrix<double> Values, Matrix<double> Upstream) Tokens(
        int n, int keyDimension, int valueDimension) =>
        (Inputs.Matrix(n, keyDimension, seed: 4), Inputs.Matrix(n, keyDimension, seed: 5) + 0.3,
            Inputs.Matrix(n, valueDimension, seed: 6) - 0.5, Inputs.Matrix(n, valueDimension, seed: 7));

    private static Matrix<double> Naive(Matrix<double> queries, Matrix<double> keys, Matrix<double> values, double temperature) =>
        Matrix<double>.Build.Dense(queries.RowCount, values.ColumnCount, (i, c) =>
        {
            double above = 0, below = 0;
            for (var j = 0; j < keys.RowCount; j++)
            {
                var weight = i == j ? 0 : Math.Exp(queries.Row(i).DotProduct(keys.Row(j)) / temperature);
                above += weight * values[j, c];
                below += weight;
            }

            return above / below;
        });

    private static Matrix<double> Rows(params double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
