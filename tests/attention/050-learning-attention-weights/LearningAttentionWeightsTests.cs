using System.Globalization;

namespace Kata050;

public class LearningAttentionWeightsTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void Backward_of_weights_one_to_three_by_hand()
    {
        // weighted means: ¼·8 + ¾·4 = 5 and ½·1 + ½·(−3) = −1; then ¼(8 − 5), ¾(4 − 5); ½(1 + 1), ½(−3 + 1)
        LearningAttentionWeights.SoftmaxBackward(Rows([0.25, 0.75], [0.5, 0.5]), Rows([8, 4], [1, -3]))
            .ShouldBeNear(Rows([0.75, -0.75], [1, -1]));
    }

    [Fact, Task(1)]
    public void Backward_equals_PyTorch()
    {
        var golden = Golden.Case("softmax");

        LearningAttentionWeights.SoftmaxBackward(golden.Matrix("weights"), golden.Matrix("upstream")).ShouldBeNear(golden.Matrix("gradient"));
    }

    [Theory, Task(1)]
    [InlineData(1, 4)]
    [InlineData(3, 2)]
    [InlineData(4, 6)]
    public void Backward_equals_finite_differences_at_every_score(int n, int m)
    {
        var scores = Inputs.Matrix(n, m, seed: n) + 0.3;
        var upstream = Inputs.Matrix(n, m, seed: n + 10) + 0.5;

        LearningAttentionWeights.SoftmaxBackward(NaiveSoftmax(scores), upstream).ShouldBeNear(
            FiniteDifference.Gradient(moved => NaiveSoftmax(moved).PointwiseMultiply(upstream).Enumerate().Sum(), scores),
            tolerance: FiniteDifference.Tolerance);
    }

    [Fact, Task(1)]
    public void Backward_is_the_jacobian_of_each_row_times_its_upstream()
    {
        var (weights, upstream) = (NaiveSoftmax(Inputs.Matrix(3, 5, seed: 1)), Inputs.Matrix(3, 5, seed: 2));
        var rows = weights.EnumerateRows().Zip(upstream.EnumerateRows(), (p, g) =>
            (Matrix<double>.Build.DenseOfDiagonalVector(p) - p.OuterProduct(p)) * g);

        LearningAttentionWeights.SoftmaxBackward(weights, upstream).ShouldBeNear(Matrix<double>.Build.DenseOfRowVectors(rows));
    }

    [Fact, Task(1)]
    public void Each_row_of_the_gradient_sums_to_zero_and_an_equal_upstream_moves_nothing()
    {
        var weights = NaiveSoftmax(Inputs.Matrix(4, 3, seed: 3));

        LearningAttentionWeights.SoftmaxBackward(weights, Inputs.Matrix(4, 3, seed: 4) + 2).RowSums()
            .ShouldBeNear(new double[4], "a shift of all scores changes no weight");
        LearningAttentionWeights.SoftmaxBackward(weights, Matrix<double>.Build.Dense(4, 3, 7))
            .ShouldBeNear(Matrix<double>.Build.Dense(4, 3), "no key is better than the others");
    }

    [Fact, Task(1)]
    public void Backward_needs_memory_in_proportion_to_the_weights_not_to_a_jacobian_for_each_row()
    {
        long Cost(int n)
        {
            var (weights, upstream) = (NaiveSoftmax(Inputs.Matrix(n, n, seed: 5)), Inputs.Matrix(n, n, seed: 6));
            return Growth.Allocated(() => LearningAttentionWeights.SoftmaxBackward(weights, upstream));
        }

        ((Func<int, long>)Cost).ShouldGrowNoFasterThan(power: 2, n: 24, "n Jacobians of n × n would be n³");
    }

    [Fact, Task(1)]
    public void Backward_refuses_different_shapes_and_leaves_its_inputs_as_they_were()
    {
        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.SoftmaxBackward(Rows([0.5, 0.5]), Rows([1], [2])), "one row of two, two of one");
        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.SoftmaxBackward(Rows([0.5, 0.5]), Rows([1, 2, 3])), "two columns, three");

        var (weights, upstream) = (NaiveSoftmax(Inputs.Matrix(3, 5, seed: 1)), Inputs.Matrix(3, 5, seed: 2));
        LearningAttentionWeights.SoftmaxBackward(weights, upstream);
        weights.ShouldBeNear(NaiveSoftmax(Inputs.Matrix(3, 5, seed: 1)));
        upstream.ShouldBeNear(Inputs.Matrix(3, 5, seed: 2));
    }

    [Fact, Task(2)]
    public void Weights_under_a_mask_by_hand()
    {
        // dK = 1: exponentials of the scores are 1, 2, 3 for each query; only the allowed ones share
        var keys = Rows([0], [Math.Log(2)], [Math.Log(3)]);
        var mask = new[,] { { true, true, true }, { true, false, true }, { false, true, false }, { false, false, false } };

        LearningAttentionWeights.Weights(Rows([1], [1], [1], [1]), keys, mask)
            .ShouldBeNear(Rows([1 / 6.0, 2 / 6.0, 3 / 6.0], [1 / 4.0, 0, 3 / 4.0], [0, 1, 0], [0, 0, 0]));
    }

    [Fact, Task(2)]
    public void Weights_survive_a_masked_score_far_above_the_others() =>
        LearningAttentionWeights.Weights(Rows([1000]), Rows([1], [0], [50]), new[,] { { true, true, false } }).ShouldBeNear(Rows([1, 0, 0]));

    [Fact, Task(2)]
    public void Gradients_equal_PyTorch()
    {
        var golden = Golden.Case("backward");
        var gradients = LearningAttentionWeights.AttentionBackward(
            golden.Matrix("queries"), golden.Matrix("keys"), golden.Matrix("values"), Mask(golden.Matrix("mask")), golden.Matrix("upstream"));

        gradients.Queries.ShouldBeNear(golden.Matrix("queryGradient"));
        gradients.Keys.ShouldBeNear(golden.Matrix("keyGradient"));
        gradients.Values.ShouldBeNear(golden.Matrix("valueGradient"));
    }

    [Theory, Task(2)]
    [InlineData(3, 5, 4, 2)]
    [InlineData(4, 2, 1, 3)]
    [InlineData(1, 3, 2, 1)]
    public void Gradients_equal_finite_differences_at_every_coordinate(int n, int m, int keyDimension, int valueDimension)
    {
        var (queries, keys) = (Inputs.Matrix(n, keyDimension, seed: 1) + 0.3, Inputs.Matrix(m, keyDimension, seed: 2) - 0.2);
        var (values, upstream) = (Inputs.Matrix(m, valueDimension, seed: 3) + 1, Inputs.Matrix(n, valueDimension, seed: 4) + 0.5);
        var mask = Mask(Matrix<double>.Build.Dense(n, m, (i, j) => (i + (2 * j)) % 3 == 1 ? 0 : 1));
        var gradients = LearningAttentionWeights.AttentionBackward(queries, keys, values, mask, upstream);

        gradients.Queries.ShouldBeNear(
            FiniteDifference.Gradient(moved => Loss(moved, keys, values), queries), tolerance: FiniteDifference.Tolerance);
        gradients.Keys.ShouldBeNear(
            FiniteDifference.Gradient(moved => Loss(queries, moved, values), keys), tolerance: FiniteDifference.Tolerance);
        gradients.Values.ShouldBeNear(
            FiniteDifference.Gradient(moved => Loss(queries, keys, moved), values), tolerance: FiniteDifference.Tolerance);

        double Loss(Matrix<double> q, Matrix<double> k, Matrix<double> v) =>
            (NaiveSoftmax(Masked(NaiveScores(q, k), mask)) * v).PointwiseMultiply(upstream).Enumerate().Sum();
    }

    [Fact, Task(2)]
    public void A_key_that_nobody_may_see_receives_no_gradient_and_nor_does_a_query_that_sees_nothing()
    {
        var mask = new[,] { { true, false, true, true }, { false, false, false, false }, { true, false, false, true } };
        var gradients = LearningAttentionWeights.AttentionBackward(
            Inputs.Matrix(3, 2, seed: 1), Inputs.Matrix(4, 2, seed: 2), Inputs.Matrix(4, 5, seed: 3), mask, Inputs.Matrix(3, 5, seed: 4));

        gradients.Keys.Row(1).ShouldBeNear(new double[2], "column 1 of the mask is false");
        gradients.Values.Row(1).ShouldBeNear(new double[5], "column 1 of the mask is false");
        gradients.Queries.Row(1).ShouldBeNear(new double[2], "row 1 of the mask is false");
        gradients.Queries.Row(0).L2Norm().Should().BeGreaterThan(0.01, "the other queries do learn");
    }

    [Fact, Task(2)]
    public void Gradients_need_memory_in_proportion_to_the_scores()
    {
        long Cost(int n)
        {
            var (queries, keys, values) = (Inputs.Matrix(n, 2, seed: 1), Inputs.Matrix(n, 2, seed: 2), Inputs.Matrix(n, 3, seed: 3));
            var (mask, upstream) = (Mask(Matrix<double>.Build.Dense(n, n, 1)), Inputs.Matrix(n, 3, seed: 4));
            return Growth.Allocated(() => LearningAttentionWeights.AttentionBackward(queries, keys, values, mask, upstream));
        }

        ((Func<int, long>)Cost).ShouldGrowNoFasterThan(power: 2, n: 24, "n Jacobians of n × n would be n³");
    }

    [Fact, Task(2)]
    public void Sizes_that_do_not_fit_are_refused()
    {
        var (queries, keys, values, upstream) = (Rows([1, 2]), Rows([1, 2], [3, 4]), Rows([1], [2]), Rows([1]));
        var mask = new[,] { { true, true } };

        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.Weights(Rows([1, 2, 3]), keys, mask), "dimensions differ");
        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.Weights(queries, keys, new[,] { { true, true, true } }), "two keys, three columns");
        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.Weights(queries, keys, new[,] { { true, true }, { true, true } }), "one query, two rows");
        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.AttentionBackward(queries, keys, Rows([1], [2], [3]), mask, upstream), "three values");
        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.AttentionBackward(queries, keys, values, mask, Rows([1, 2])), "values have one component");
        Expect.Throws<ArgumentException>(() => LearningAttentionWeights.AttentionBackward(queries, keys, values, mask, Rows([1], [2])), "one query");
    }

    [Fact, Task(3)]
    public void Training_equals_twelve_steps_of_SGD_in_PyTorch()
    {
        var golden = Golden.Case("training");
        var (learned, losses) = LearningAttentionWeights.TrainRetrieval(
            golden.Matrix("questions"), golden.Matrix("entries"), golden.Matrix("values"), golden.Matrix("targets"),
            new Projections(golden.Matrix("startQuery"), golden.Matrix("startKey")), golden.Number("learningRate"), 12);

        losses.Should().HaveCount(13);
        losses.Take(12).ShouldBeNear(golden.Vector("losses"));
        learned.Query.ShouldBeNear(golden.Matrix("query"));
        learned.Key.ShouldBeNear(golden.Matrix("key"));
    }

    [Fact, Task(3)]
    public void One_step_goes_down_the_gradient_of_the_mean_squared_error()
    {
        var task = Planted.Create(noiseSeed: 1);
        var (learned, losses) = task.Train(0.7, 1);

        losses[0].ShouldBeNear(Loss(task.Start.Query, task.Start.Key));
        ((task.Start.Query - learned.Query) / 0.7).ShouldBeNear(
            FiniteDifference.Gradient(query => Loss(query, task.Start.Key), task.Start.Query), tolerance: FiniteDifference.Tolerance);
        ((task.Start.Key - learned.Key) / 0.7).ShouldBeNear(
            FiniteDifference.Gradient(key => Loss(task.Start.Query, key), task.Start.Key), tolerance: FiniteDifference.Tolerance);

        double Loss(Matrix<double> query, Matrix<double> key)
        {
            var output = NaiveSoftmax(NaiveScores(task.Questions * query, task.Entries * key)) * task.Values;
            return (output - task.Targets).EnumerateRows().Average(error => error.Sum(e => e * e) / 2);
        }
    }

    [Fact, Task(3)]
    public void Attention_finds_the_planted_entry_of_questions_it_has_seen_and_of_others()
    {
        var task = Planted.Create(noiseSeed: 1);
        var (learned, losses) = task.Train(0.3, 320);

        task.PlantedWeight(learned).Should().BeGreaterThan(0.9, "the loss saw outputs only, and that was enough");
        Planted.Create(noiseSeed: 2).PlantedWeight(learned).Should().BeGreaterThan(0.9, "the rule was learned, not the questions");
        losses[^1].Should().BeLessThan(losses[0] / 20);
    }

    [Fact, Task(3)]
    public void Projections_of_zero_never_learn()
    {
        var task = Planted.Create(noiseSeed: 1);
        var zero = new Projections(Matrix<double>.Build.Dense(6, 3), Matrix<double>.Build.Dense(6, 3));
        var (learned, losses) = (task with { Start = zero }).Train(1, 5);

        learned.Query.ShouldBeNear(zero.Query, "the gradient of the queries is a product with keys, which are 0");
        learned.Key.ShouldBeNear(zero.Key, "and the other way round");
        losses.ShouldBeNear(Enumerable.Repeat(losses[0], 6));
    }

    [Fact, Task(3)]
    public void No_step_changes_nothing_and_the_start_stays_what_it_was()
    {
        var task = Planted.Create(noiseSeed: 1);
        var (learned, losses) = task.Train(1, 0);
        task.Train(1, 3);

        losses.Should().HaveCount(1);
        learned.Query.ShouldBeNear(Planted.Create(noiseSeed: 1).Start.Query);
        learned.Key.ShouldBeNear(Planted.Create(noiseSeed: 1).Start.Key);
        task.Start.Query.ShouldBeNear(Planted.Create(noiseSeed: 1).Start.Query);
        task.Start.Key.ShouldBeNear(Planted.Create(noiseSeed: 1).Start.Key);
    }

    [Fact, Task(3)]
    public void Training_refuses_what_makes_no_sense()
    {
        var task = Planted.Create(noiseSeed: 1);

        Expect.Throws<ArgumentOutOfRangeException>(() => task.Train(0, 1), "a rate of 0");
        Expect.Throws<ArgumentOutOfRangeException>(() => task.Train(double.NaN, 1), "no rate");
        Expect.Throws<ArgumentOutOfRangeException>(() => task.Train(double.PositiveInfinity, 1), "an infinite rate");
        Expect.Throws<ArgumentOutOfRangeException>(() => task.Train(1, -1), "steps below 0");
        Expect.Throws<ArgumentException>(() => (task with { Targets = Rows([1, 2, 3, 4, 5]) }).Train(1, 1), "one target for all");
        Expect.Throws<ArgumentException>(() => (task with { Values = Rows([1, 2, 3, 4, 5]) }).Train(1, 1), "one value for four entries");
        Expect.Throws<ArgumentException>(() => (task with { Questions = task.Targets }).Train(1, 1), "questions have six components");
        Expect.Throws<ArgumentException>(() => (task with { Entries = task.Values }).Train(1, 1), "entries have six components");
    }

    [Fact, Task(3)]
    public void Attention_is_found_where_the_loss_can_tell() => Snapshot.Verify(Experiment());

    /// <summary>The table that the answer quotes: the same training with distinct values, with two values alike, and from zero.</summary>
    private static string Experiment()
    {
        var task = Planted.Create(noiseSeed: 1);
        var values = task.Values.Clone();
        values.SetRow(1, values.Row(0));
        var twins = task with { Values = values, Targets = Planted.TargetsOf(values) };
        var zero = task with { Start = new Projections(Matrix<double>.Build.Dense(6, 3), Matrix<double>.Build.Dense(6, 3)) };

        var table = new StringBuilder("       distinct values           two values alike   start at zero\nstep     loss  weight  unseen      loss  weight       loss  weight\n");
        foreach (var steps in new[] { 0, 20, 80, 320 })
        {
            var (learned, losses) = task.Train(0.3, steps);
            var (twin, twinLosses) = twins.Train(0.3, steps);
            var (stuck, stuckLosses) = zero.Train(0.3, steps);
            table.Append(CultureInfo.InvariantCulture, $"{steps,4} {losses[^1],8:F4} {task.PlantedWeight(learned),7:F3} {Planted.Create(noiseSeed: 2).PlantedWeight(learned),7:F3}");
            table.Append(CultureInfo.InvariantCulture, $"  {twinLosses[^1],8:F4} {twins.PlantedWeight(twin),7:F3}   {stuckLosses[^1],8:F4} {zero.PlantedWeight(stuck),7:F3}\n");
        }

        return table.ToString();
    }

    /// <summary>
    /// Twelve questions, four entries. Question i is the code of entry i mod 4 with noise; an entry is its code, turned
    /// by a matrix that nobody is told. What is handed in as a target is the value of that entry.
    /// </summary>
    private sealed record Planted(Matrix<double> Questions, Matrix<double> Entries, Matrix<double> Values, Matrix<double> Targets, Projections Start)
    {
        public static Planted Create(int noiseSeed)
        {
            var codes = Inputs.Matrix(4, 6, seed: 11);
            var questions = Inputs.Matrix(12, 6, noiseSeed, deviation: 0.2) + Repeated(codes);
            var values = Inputs.Matrix(4, 5, seed: 13);
            var start = new Projections(Inputs.Matrix(6, 3, seed: 14, deviation: 0.1), Inputs.Matrix(6, 3, seed: 15, deviation: 0.1));
            return new Planted(questions, codes * Inputs.Matrix(6, 6, seed: 12, deviation: 0.4), values, TargetsOf(values), start);
        }

        public static Matrix<double> TargetsOf(Matrix<double> values) => Repeated(values);

        public (Projections Learned, IReadOnlyList<double> Losses) Train(double learningRate, int steps) =>
            LearningAttentionWeights.TrainRetrieval(Questions, Entries, Values, Targets, Start, learningRate, steps);

        /// <summary>The mean over the questions of what they give to their own entry.</summary>
        public double PlantedWeight(Projections at)
        {
            var weights = NaiveSoftmax(NaiveScores(Questions * at.Query, Entries * at.Key));
            return Enumerable.Range(0, Questions.RowCount).Average(i => weights[i, i % 4]);
        }

        private static Matrix<double> Repeated(Matrix<double> rows) =>
            Matrix<double>.Build.DenseOfRowVectors(Enumerable.Range(0, 12).Select(i => rows.Row(i % 4)));
    }

    private static Matrix<double> NaiveScores(Matrix<double> queries, Matrix<double> keys) =>
        Matrix<double>.Build.Dense(queries.RowCount, keys.RowCount, (i, j) => queries.Row(i).DotProduct(keys.Row(j)) / Math.Sqrt(keys.ColumnCount));

    private static Matrix<double> Masked(Matrix<double> scores, bool[,] mask) =>
        scores.MapIndexed((i, j, score) => mask[i, j] ? score : double.NegativeInfinity);

    private static Matrix<double> NaiveSoftmax(Matrix<double> scores)
    {
        var exponentials = scores.PointwiseExp();
        var totals = exponentials.RowSums();
        return exponentials.MapIndexed((i, _, exponential) => exponential / totals[i]);
    }

    private static bool[,] Mask(Matrix<double> ones)
    {
        var mask = new bool[ones.RowCount, ones.ColumnCount];
        foreach (var (i, j, one) in ones.EnumerateIndexed())
        {
            mask[i, j] = one == 1;
        }

        return mask;
    }

    private static Matrix<double> Rows(params double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
