using System.Globalization;

namespace Kata055;

public class WhyScaleScoresTests
{
    // Computed by the programs that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    /// <summary>The smaller of two weights whose logits differ by 16; the larger is 1 minus this.</summary>
    private static readonly double Rest = 1 / (1 + Math.Exp(16));

    [Fact, Task(1)]
    public void Variance_of_four_scores_by_hand()
    {
        // scores 1·3, 1·5, 2·3, 2·5 = 3, 5, 6, 10: mean 6, squared deviations 9, 1, 0, 16
        var queries = Matrix<double>.Build.DenseOfArray(new double[,] { { 1 }, { 2 } });
        var keys = Matrix<double>.Build.DenseOfArray(new double[,] { { 3 }, { 5 } });

        WhyScaleScores.ScoreVariance(queries, keys).ShouldBeNear(6.5);
    }

    [Theory, Task(1)]
    [InlineData(2, 5, 3)]
    [InlineData(5, 2, 4)]
    [InlineData(1, 1, 7)]
    public void Variance_equals_the_definition_for_scores_with_an_offset(int n, int m, int dimension)
    {
        var queries = Inputs.Matrix(n, dimension, seed: 1) + 0.7;
        var keys = Inputs.Matrix(m, dimension, seed: 2) + 0.4;
        var scores = NaiveScores(queries, keys);
        var mean = scores.Sum() / scores.Count;

        WhyScaleScores.ScoreVariance(queries, keys)
            .ShouldBeNear(scores.Sum(score => (score - mean) * (score - mean)) / scores.Count);
    }

    [Fact, Task(1)]
    public void Variance_of_scores_that_lie_far_from_zero_and_near_each_other()
    {
        // scores 10⁶, 10⁶ + 1, 10⁶ + 3: squared deviations 16/9, 1/9, 25/9. As doubles, their squares keep four decimals.
        var queries = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 1e6 } });
        var keys = Matrix<double>.Build.DenseOfArray(new double[,] { { 0, 1 }, { 1, 1 }, { 3, 1 } });

        WhyScaleScores.ScoreVariance(queries, keys).ShouldBeNear(14 / 9.0);
    }

    [Fact, Task(1)]
    public void Variance_of_raw_scores_grows_as_the_dimension()
    {
        var ratio = VarianceAt(1024, scaled: false) / VarianceAt(16, scaled: false);

        ratio.Should().BeInRange(0.8 * 64, 1.25 * 64, "1024 / 16 = 64 times as many independent products are summed");
    }

    [Fact, Task(1)]
    public void Variance_leaves_its_inputs_as_they_were()
    {
        var (queries, keys) = (Inputs.Matrix(3, 5, seed: 1), Inputs.Matrix(4, 5, seed: 2));

        WhyScaleScores.ScoreVariance(queries, keys);

        queries.ShouldBeNear(Inputs.Matrix(3, 5, seed: 1));
        keys.ShouldBeNear(Inputs.Matrix(4, 5, seed: 2));
    }

    [Theory, Task(1)]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    public void Variance_refuses_queries_and_keys_of_different_dimensions(int ofQueries, int ofKeys) =>
        Expect.Throws<ArgumentException>(() => WhyScaleScores.ScoreVariance(
            Inputs.Matrix(2, ofQueries, seed: 1), Inputs.Matrix(2, ofKeys, seed: 2)));

    [Fact, Task(2)]
    public void Scaled_scores_equal_PyTorch()
    {
        var golden = Golden.Case("attention");

        WhyScaleScores.ScaledScores(golden.Matrix("queries"), golden.Matrix("keys")).ShouldBeNear(golden.Matrix("scaled"));
    }

    [Fact, Task(2)]
    public void Attention_equals_PyTorch()
    {
        var golden = Golden.Case("attention");

        WhyScaleScores.Attend(golden.Matrix("queries"), golden.Matrix("keys"), golden.Matrix("values"))
            .ShouldBeNear(golden.Matrix("output"));
    }

    [Fact, Task(2)]
    public void Attention_of_two_unit_vectors_by_hand()
    {
        // scores 1/√2 and 0: the own weight is e^0.7071 / (e^0.7071 + 1) = 0.66976155, and 1 + 2(1 − 0.66976155) = 1.6604769
        var identity = Matrix<double>.Build.DenseIdentity(2);
        var values = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2 }, { 3, 4 } });
        var expected = Matrix<double>.Build.DenseOfArray(new[,] { { 1.6604769, 2.6604769 }, { 2.3395231, 3.3395231 } });

        WhyScaleScores.Attend(identity, identity, values).ShouldBeNear(expected, tolerance: 1e-7);
    }

    [Theory, Task(2)]
    [InlineData(16)]
    [InlineData(128)]
    [InlineData(1024)]
    public void Variance_of_scaled_scores_stays_near_one(int dimension) =>
        VarianceAt(dimension, scaled: true).Should().BeInRange(0.8, 1.25, "the scale undoes the growth with the dimension");

    [Fact, Task(2)]
    public void Attention_survives_scores_far_beyond_the_range_of_exp()
    {
        var queries = Matrix<double>.Build.DenseOfArray(new double[,] { { 3000, 0 }, { -3000, 0 } });
        var keys = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 0 }, { -1, 0 }, { 0.5, 0 } });
        var values = Matrix<double>.Build.DenseOfArray(new double[,] { { 1 }, { 2 }, { 4 } });

        WhyScaleScores.Attend(queries, keys, values)
            .ShouldBeNear(Matrix<double>.Build.DenseOfArray(new double[,] { { 1 }, { 2 } }), "one key is 1000 ahead");
    }

    [Fact, Task(2)]
    public void Attention_survives_rows_of_scores_that_lie_far_from_each_other()
    {
        // scores (2000, 1500, 1000), (0, 0, 0) and (−2000, −1500, −1000): one key takes all, none does, another takes all
        var queries = Matrix<double>.Build.DenseOfArray(new double[,] { { 4000, 0, 0, 0 }, { 0, 0, 0, 0 }, { -4000, 0, 0, 0 } });
        var keys = Matrix<double>.Build.DenseOfArray(new[,] { { 1, 0, 0, 0 }, { 0.75, 0, 0, 0 }, { 0.5, 0, 0, 0 } });
        var values = Matrix<double>.Build.DenseOfArray(new double[,] { { 1 }, { 2 }, { 4 } });

        WhyScaleScores.Attend(queries, keys, values)
            .ShouldBeNear(Matrix<double>.Build.DenseOfArray(new[,] { { 1 }, { 7 / 3.0 }, { 4 } }), "each row has its own softmax");
    }

    [Fact, Task(2)]
    public void Scaled_scores_leave_their_inputs_as_they_were()
    {
        var (queries, keys) = (Inputs.Matrix(3, 5, seed: 1), Inputs.Matrix(4, 5, seed: 2));

        WhyScaleScores.ScaledScores(queries, keys);

        queries.ShouldBeNear(Inputs.Matrix(3, 5, seed: 1));
        keys.ShouldBeNear(Inputs.Matrix(4, 5, seed: 2));
    }

    [Fact, Task(2)]
    public void Attention_leaves_its_inputs_as_they_were()
    {
        var (queries, keys, values) = (Inputs.Matrix(3, 5, seed: 1), Inputs.Matrix(4, 5, seed: 2), Inputs.Matrix(4, 2, seed: 3));

        WhyScaleScores.Attend(queries, keys, values);

        queries.ShouldBeNear(Inputs.Matrix(3, 5, seed: 1));
        keys.ShouldBeNear(Inputs.Matrix(4, 5, seed: 2));
        values.ShouldBeNear(Inputs.Matrix(4, 2, seed: 3));
    }

    [Theory, Task(2)]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    public void Scaled_scores_refuse_queries_and_keys_of_different_dimensions(int ofQueries, int ofKeys) =>
        Expect.Throws<ArgumentException>(() => WhyScaleScores.ScaledScores(
            Inputs.Matrix(2, ofQueries, seed: 1), Inputs.Matrix(2, ofKeys, seed: 2)));

    [Theory, Task(2)]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    public void Attention_refuses_queries_and_keys_of_different_dimensions(int ofQueries, int ofKeys) =>
        Expect.Throws<ArgumentException>(() => WhyScaleScores.Attend(
            Inputs.Matrix(2, ofQueries, seed: 1), Inputs.Matrix(5, ofKeys, seed: 2), Inputs.Matrix(5, 3, seed: 3)));

    [Theory, Task(2)]
    [InlineData(4, 5)]
    [InlineData(4, 3)]
    public void Attention_refuses_a_key_without_a_value_and_a_value_without_a_key(int keys, int values) =>
        Expect.Throws<ArgumentException>(() => WhyScaleScores.Attend(
            Inputs.Matrix(2, 3, seed: 1), Inputs.Matrix(keys, 3, seed: 2), Inputs.Matrix(values, 3, seed: 3)));

    [Fact, Task(3)]
    public void Jacobian_of_weights_one_to_three_by_hand()
    {
        // p = (1/4, 3/4): ∂p0/∂x0 = p0(1 − p0) = 3/16, ∂p0/∂x1 = −p0·p1 = −3/16
        var logits = Vector<double>.Build.Dense([0, Math.Log(3)]);

        WhyScaleScores.SoftmaxJacobian(logits)
            .ShouldBeNear(Matrix<double>.Build.DenseOfArray(new[,] { { 3 / 16.0, -3 / 16.0 }, { -3 / 16.0, 3 / 16.0 } }));
        WhyScaleScores.JacobianNorm(logits).ShouldBeNear(3 / 8.0);
    }

    [Fact, Task(3)]
    public void Jacobian_equals_automatic_differentiation_in_PyTorch()
    {
        var golden = Golden.Case("jacobian");

        WhyScaleScores.SoftmaxJacobian(golden.Vector("logits")).ShouldBeNear(golden.Matrix("jacobian"));
    }

    [Theory, Task(3)]
    [InlineData(1, 0.5)]
    [InlineData(3, 1)]
    [InlineData(7, 2)]
    public void Jacobian_equals_finite_differences_at_every_coordinate(int length, double deviation)
    {
        var logits = Inputs.Vector(length, seed: length, deviation) + 0.3;
        var rows = Enumerable.Range(0, length)
            .Select(i => FiniteDifference.Gradient(x => NaiveSoftmax(x)[i], logits));

        WhyScaleScores.SoftmaxJacobian(logits)
            .ShouldBeNear(Matrix<double>.Build.DenseOfRowVectors(rows), tolerance: FiniteDifference.Tolerance);
    }

    [Theory, Task(3)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void Jacobian_does_not_change_when_all_logits_are_shifted(double shift)
    {
        var logits = Inputs.Vector(5, seed: 3);

        WhyScaleScores.SoftmaxJacobian(logits + shift).ShouldBeNear(
            WhyScaleScores.SoftmaxJacobian(logits), "softmax depends on differences of logits only");
    }

    [Fact, Task(3)]
    public void Jacobian_keeps_six_digits_where_one_weight_is_nearly_one()
    {
        // two weights q and 1 − q: every entry is q(1 − q) or −q(1 − q)
        var jacobian = WhyScaleScores.SoftmaxJacobian(Vector<double>.Build.Dense([4, 20]));

        (jacobian / (Rest * (1 - Rest))).ShouldBeNear(
            Matrix<double>.Build.DenseOfArray(new double[,] { { 1, -1 }, { -1, 1 } }), "this gradient is small, not zero", tolerance: 1e-6);
    }

    [Fact, Task(3)]
    public void Jacobian_leaves_the_logits_as_they_were()
    {
        var logits = Inputs.Vector(5, seed: 3);

        WhyScaleScores.SoftmaxJacobian(logits);

        logits.ShouldBeNear(Inputs.Vector(5, seed: 3));
    }

    [Theory, Task(3)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Norm_is_that_of_the_whole_jacobian(int length)
    {
        var logits = Inputs.Vector(length, seed: length + 20);

        WhyScaleScores.JacobianNorm(logits).ShouldBeNear(WhyScaleScores.SoftmaxJacobian(logits).FrobeniusNorm());
    }

    [Theory, Task(3)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void Norm_does_not_change_when_all_logits_are_shifted(double shift)
    {
        var logits = Inputs.Vector(5, seed: 3);

        WhyScaleScores.JacobianNorm(logits + shift).ShouldBeNear(
            WhyScaleScores.JacobianNorm(logits), "softmax depends on differences of logits only");
    }

    [Theory, Task(3)]
    [InlineData(20, 4)]
    [InlineData(4, 20)]
    public void Norm_keeps_six_digits_where_one_weight_is_nearly_one(double first, double second)
    {
        // two weights 1 − q and q: the Jacobian is q(1 − q) times ((1, −1), (−1, 1)), its norm 2q(1 − q)
        var norm = WhyScaleScores.JacobianNorm(Vector<double>.Build.Dense([first, second]));

        (norm / (2 * Rest * (1 - Rest))).ShouldBeNear(1, "a vanishing gradient is what is measured here", tolerance: 1e-6);
    }

    [Fact, Task(3)]
    public void Norm_leaves_the_logits_as_they_were()
    {
        var logits = Inputs.Vector(5, seed: 3);

        WhyScaleScores.JacobianNorm(logits);

        logits.ShouldBeNear(Inputs.Vector(5, seed: 3));
    }

    [Fact, Task(3)]
    public void Norm_needs_memory_in_proportion_to_the_row_not_to_its_square()
    {
        long Cost(int length)
        {
            var logits = Inputs.Vector(length, seed: 5);
            return Growth.Allocated(() => WhyScaleScores.JacobianNorm(logits));
        }

        ((Func<int, long>)Cost).ShouldGrowNoFasterThan(power: 1, n: 64, "the n × n matrix is not built");
    }

    [Fact, Task(4)]
    public void Entropy_of_a_half_and_two_quarters_by_hand()
    {
        // ½ ln 2 + 2 · ¼ ln 4 = 1.5 ln 2; a certain row has none; a uniform one over 4 has ln 4
        var weights = Matrix<double>.Build.DenseOfArray(new[,]
        {
            { 0.5, 0.25, 0.25, 0 },
            { 0, 0, 1, 0 },
            { 0.25, 0.25, 0.25, 0.25 },
        });

        WhyScaleScores.Entropy(weights).ShouldBeNear(new[] { 1.5 * Math.Log(2), 0, Math.Log(4) });
    }

    [Fact, Task(4)]
    public void Entropy_equals_SciPy()
    {
        var golden = Golden.Case("entropy");

        WhyScaleScores.Entropy(golden.Matrix("weights")).ShouldBeNear(golden.Vector("entropy"));
    }

    [Fact, Task(4)]
    public void Entropy_counts_small_weights_too()
    {
        // q = 10⁻⁸: −q ln q = 8 ln 10 · 10⁻⁸, and −(1 − q) ln(1 − q) = q − q²/2 − …
        var weights = Matrix<double>.Build.DenseOfArray(new[,] { { 1 - 1e-8, 1e-8 } });

        WhyScaleScores.Entropy(weights).ShouldBeNear(new[] { 1e-8 * (1 + (8 * Math.Log(10))) });
    }

    [Fact, Task(4)]
    public void Entropy_leaves_the_weights_as_they_were()
    {
        var weights = Matrix<double>.Build.DenseOfArray(new[,] { { 0.5, 0.5, 0 }, { 0.2, 0.3, 0.5 } });

        WhyScaleScores.Entropy(weights);

        weights.ShouldBeNear(Matrix<double>.Build.DenseOfArray(new[,] { { 0.5, 0.5, 0 }, { 0.2, 0.3, 0.5 } }));
    }

    [Fact, Task(4)]
    public void Without_the_scale_the_gradient_collapses_and_one_key_takes_all() => Snapshot.Verify(Experiment());

    /// <summary>The table that the answer quotes: means over 10 queries and 32 keys of independent normal components.</summary>
    private static string Experiment()
    {
        var table = new StringBuilder("  dK  variance raw scaled   gradient raw scaled   entropy raw scaled\n");
        foreach (var dimension in new[] { 16, 64, 256, 1024 })
        {
            var (queries, keys) = QueriesAndKeys(dimension, keys: 32);
            var scaled = WhyScaleScores.ScaledScores(queries, keys);
            var raw = scaled * Math.Sqrt(dimension);
            table.Append(CultureInfo.InvariantCulture, $"{dimension,4}  {WhyScaleScores.ScoreVariance(queries, keys),12:F1}");
            table.Append(CultureInfo.InvariantCulture, $" {Variance(scaled),6:F2}   {MeanGradient(raw),12:F3} {MeanGradient(scaled),6:F3}");
            table.Append(CultureInfo.InvariantCulture, $"   {MeanEntropy(raw),11:F2} {MeanEntropy(scaled),6:F2}\n");
        }

        return table.ToString();
    }

    private static double MeanGradient(Matrix<double> scores) => scores.EnumerateRows().Average(WhyScaleScores.JacobianNorm);

    private static double MeanEntropy(Matrix<double> scores) =>
        WhyScaleScores.Entropy(Matrix<double>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(NaiveSoftmax))).Average();

    private static double VarianceAt(int dimension, bool scaled)
    {
        var (queries, keys) = QueriesAndKeys(dimension, keys: 10);
        return scaled ? Variance(WhyScaleScores.ScaledScores(queries, keys)) : WhyScaleScores.ScoreVariance(queries, keys);
    }

    private static double Variance(Matrix<double> scores)
    {
        var values = scores.ToRowMajorArray();
        var mean = values.Average();
        return values.Average(score => (score - mean) * (score - mean));
    }

    /// <summary>
    /// Few of them, since large arrays cost more to draw and to copy than all that is computed from them (ten rows of 1024 are still
    /// no large objects to the runtime), and of seeds whose few come near the means over many.
    /// </summary>
    private static (Matrix<double> Queries, Matrix<double> Keys) QueriesAndKeys(int dimension, int keys) =>
        (Inputs.Matrix(10, dimension, seed: 11), Inputs.Matrix(keys, dimension, seed: 17));

    private static List<double> NaiveScores(Matrix<double> queries, Matrix<double> keys) =>
        [.. from query in queries.EnumerateRows()
            from key in keys.EnumerateRows()
            select Enumerable.Range(0, query.Count).Sum(i => query[i] * key[i])];

    private static Vector<double> NaiveSoftmax(Vector<double> logits)
    {
        var maximum = logits.Maximum();
        var exponentials = logits.Select(logit => Math.Exp(logit - maximum)).ToArray();
        return Vector<double>.Build.Dense(exponentials) / exponentials.Sum();
    }
}
