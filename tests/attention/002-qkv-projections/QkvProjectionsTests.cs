using System.Globalization;

namespace Kata002;

public class QkvProjectionsTests
{
    // Computed by the programs that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void Attention_of_two_tokens_by_hand()
    {
        // queries 1, 2; keys −1·ln 2, 1·ln 2 (dK = 1): scores ∓ln 2, then ∓2 ln 2; weights 1 : 4, then 1 : 16; values 10, 30
        var x = Rows([1, -1], [2, 1]);

        QkvProjections.Attend(x, Rows([1], [0]), Rows([0], [Math.Log(2)]), Rows([40 / 3.0], [10 / 3.0]))
            .ShouldBeNear(Rows([(10 + (4 * 30)) / 5.0], [(10 + (16 * 30)) / 17.0]));
    }

    [Fact, Task(1)]
    public void Attention_equals_PyTorch()
    {
        var golden = Golden.Case("attention");

        QkvProjections.Attend(golden.Matrix("x"), golden.Matrix("wq"), golden.Matrix("wk"), golden.Matrix("wv"))
            .ShouldBeNear(golden.Matrix("output"));
    }

    [Theory, Task(1)]
    [InlineData(1, 3, 2, 4)]
    [InlineData(4, 3, 3, 3)]
    [InlineData(6, 2, 5, 1)]
    public void Attention_equals_the_definition_sum_by_sum(int n, int d, int dK, int dV)
    {
        var (x, wq, wk, wv) = (Inputs.Matrix(n, d, seed: n), Inputs.Matrix(d, dK, seed: 2), Inputs.Matrix(d, dK, seed: 3), Inputs.Matrix(d, dV, seed: 4));

        QkvProjections.Attend(x, wq, wk, wv).ShouldBeNear(NaiveAttention(x, wq, wk, wv));
    }

    [Fact, Task(1)]
    public void Only_the_product_of_query_and_key_projection_counts()
    {
        var golden = Golden.Case("attention");
        var mix = Rows([2, 1, 0], [0, 1, -1], [1, 0, 3]);

        QkvProjections.Attend(
                golden.Matrix("x"), golden.Matrix("wq") * mix, golden.Matrix("wk") * mix.Inverse().Transpose(), golden.Matrix("wv"))
            .ShouldBeNear(golden.Matrix("output"), "Wq·A and Wk·A⁻ᵀ have the same product Wq·Wkᵀ");
    }

    [Fact, Task(1)]
    public void Attention_survives_scores_far_beyond_the_range_of_exp() =>
        QkvProjections.Attend(Rows([3], [-1]), Rows([1000]), Rows([1]), Rows([2])).ShouldBeNear(Rows([6], [-2]), "one key is thousands ahead");

    [Fact, Task(1)]
    public void Attention_leaves_its_inputs_as_they_were()
    {
        var (x, wq, wk, wv) = (Inputs.Matrix(5, 4, seed: 1), Inputs.Matrix(4, 3, seed: 2), Inputs.Matrix(4, 3, seed: 3), Inputs.Matrix(4, 2, seed: 4));

        QkvProjections.Attend(x, wq, wk, wv);

        x.ShouldBeNear(Inputs.Matrix(5, 4, seed: 1));
        wq.ShouldBeNear(Inputs.Matrix(4, 3, seed: 2));
        wk.ShouldBeNear(Inputs.Matrix(4, 3, seed: 3));
        wv.ShouldBeNear(Inputs.Matrix(4, 2, seed: 4));
    }

    [Theory, Task(1)]
    [InlineData(5, 3, 4, 3, 4, "Wq has a row too many")]
    [InlineData(4, 3, 5, 3, 4, "Wk has a row too many")]
    [InlineData(4, 3, 4, 2, 4, "queries and keys differ in dimension")]
    [InlineData(4, 3, 4, 3, 3, "Wv has a row too few")]
    public void Projections_that_do_not_fit_are_refused(int wqRows, int dQ, int wkRows, int dK, int wvRows, string because) =>
        Expect.Throws<ArgumentException>(
            () => QkvProjections.Attend(
                Inputs.Matrix(5, 4, seed: 1), Inputs.Matrix(wqRows, dQ, seed: 2), Inputs.Matrix(wkRows, dK, seed: 3), Inputs.Matrix(wvRows, 2, seed: 4)),
            because);

    [Fact, Task(2)]
    public void Values_alone_equal_PyTorch()
    {
        var golden = Golden.Case("attention");

        QkvProjections.ValueOnlyAttention(golden.Matrix("x")).ShouldBeNear(golden.Matrix("valuesAlone"));
    }

    [Fact, Task(2)]
    public void Values_alone_survive_scores_far_beyond_the_range_of_exp() =>
        QkvProjections.ValueOnlyAttention(Rows([60], [-50])).ShouldBeNear(Rows([60], [-50]));

    [Theory, Task(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Values_alone_cannot_look_at_the_next_token_of_a_ring(int n)
    {
        // a square x can be inverted, so the weights are the output times x⁻¹
        var x = Inputs.Matrix(n, n, seed: 10 + n);
        var weights = QkvProjections.ValueOnlyAttention(x) * x.Inverse();

        SuccessorLoss(weights).Should().BeGreaterThan(
            Math.Log(3), "round the ring, weights of next and previous token have the same product, and self-weights at least that");
    }

    [Fact, Task(2)]
    public void Symmetric_error_of_two_tokens_by_hand()
    {
        // wanted 7 in one direction, 1 in the other: both become 4, each is off by 3, √(9 + 9); the diagonal is met
        QkvProjections.SymmetricScoreError(Rows([5, 7], [1, -2])).ShouldBeNear(Math.Sqrt(18));
    }

    [Theory, Task(2)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Symmetric_error_equals_the_best_choice_pair_by_pair(int n)
    {
        var target = Inputs.Matrix(n, n, seed: n) + 0.3;
        var squares = from i in Enumerable.Range(0, n)
                      from j in Enumerable.Range(0, i)
                      let shared = (target[i, j] + target[j, i]) / 2
                      select Math.Pow(target[i, j] - shared, 2) + Math.Pow(target[j, i] - shared, 2);

        QkvProjections.SymmetricScoreError(target).ShouldBeNear(Math.Sqrt(squares.Sum()));
    }

    [Fact, Task(2)]
    public void Symmetric_error_of_look_at_your_successor_is_half_of_the_target()
    {
        var target = 12 * Successor(6);
        var floor = QkvProjections.SymmetricScoreError(target);

        floor.ShouldBeNear(12 * Math.Sqrt(3), "6 pairs are wanted as 12 and 0, and become 6 and 6");
        foreach (var seed in Enumerable.Range(0, 5))
        {
            var x = Inputs.Matrix(6, 6, seed, deviation: 2);
            (x.TransposeAndMultiply(x) - target).FrobeniusNorm().Should().BeGreaterThan(floor, "no tokens beat the floor by themselves");
        }
    }

    [Fact, Task(2)]
    public void A_target_that_is_not_square_is_refused() =>
        Expect.Throws<ArgumentException>(() => QkvProjections.SymmetricScoreError(Inputs.Matrix(3, 4, seed: 1)));

    [Fact, Task(3)]
    public void Rank_one_keeps_the_greatest_score_by_hand()
    {
        // scores (3, 0; 0, 4) of tokens (1, 0), (0, 2): rank 1 keeps the 4, so queries and keys are (0, 2) and both weights (0, 1);
        // the weights of the full fit are (3, 0; 0, 1): to cut their rank would keep the 3
        var (wq, wk) = QkvProjections.FitScores(Rows([1, 0], [0, 2]), Rows([3, 0], [0, 4]), rank: 1);

        wq.PointwiseAbs().ShouldBeNear(Rows([0], [1]));
        wk.ShouldBeNear(wq, "a positive score has query and key on the same side");
    }

    [Theory, Task(3)]
    [InlineData("fitMoreDimensionsThanTokens")]
    [InlineData("fitMoreTokensThanDimensions")]
    [InlineData("fitRepeatedTokens")]
    public void Fit_is_as_near_as_minimisation_from_many_starts(string name)
    {
        var golden = Golden.Case(name);
        var x = golden.Matrix("x");

        var scores = Scores(x, QkvProjections.FitScores(x, golden.Matrix("target"), (int)golden.Number("rank")));

        (scores - golden.Matrix("target")).FrobeniusNorm().ShouldBeNear(golden.Number("error"));
        scores.ShouldBeNear(golden.Matrix("scores"), "the minimum is reached at one matrix of scores only", tolerance: 1e-6);
    }

    [Theory, Task(3)]
    [InlineData("fitMoreDimensionsThanTokens")]
    [InlineData("fitMoreTokensThanDimensions")]
    [InlineData("fitRepeatedTokens")]
    public void Fit_shares_each_singular_value_evenly_and_uses_no_more_than_the_tokens_span(string name)
    {
        var golden = Golden.Case(name);
        var x = golden.Matrix("x");
        var (wq, wk) = QkvProjections.FitScores(x, golden.Matrix("target"), (int)golden.Number("rank"));
        var singularValues = golden.Matrix("scores").Svd(false).S.SubVector(0, wq.ColumnCount);
        var gram = Matrix<double>.Build.DenseOfDiagonalVector(singularValues);

        (x * wq).TransposeThisAndMultiply(x * wq).ShouldBeNear(gram, "columns of the queries are orthogonal, of squared length σ", tolerance: 1e-6);
        (x * wk).TransposeThisAndMultiply(x * wk).ShouldBeNear(gram, "columns of the keys too", tolerance: 1e-6);
        (x.PseudoInverse() * x * wq).ShouldBeNear(wq, "what no token can see is left at 0");
        (x.PseudoInverse() * x * wk).ShouldBeNear(wk, "what no token can see is left at 0");
    }

    [Fact, Task(3)]
    public void Fitted_projections_reach_what_values_alone_cannot()
    {
        var x = Inputs.Matrix(6, 7, seed: 5);
        var target = 12 * Successor(6);

        Scores(x, QkvProjections.FitScores(x, target, rank: 6)).ShouldBeNear(target, "symmetric scores miss it by 12·√3");
    }

    [Theory, Task(3)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_ring_of_five_keeps_an_error_for_each_missing_rank(int rank)
    {
        var x = Inputs.Matrix(5, 5, seed: 6);
        var error = (Scores(x, QkvProjections.FitScores(x, Successor(5), rank)) - Successor(5)).FrobeniusNorm();

        error.ShouldBeNear(Math.Sqrt(5 - rank), "a permutation has 5 singular values of 1");
    }

    [Fact, Task(3)]
    public void A_rank_beyond_that_of_the_tokens_adds_nothing()
    {
        var golden = Golden.Case("fitRepeatedTokens");
        var x = golden.Matrix("x");
        var target = golden.Matrix("target");

        var three = QkvProjections.FitScores(x, target, rank: 3);
        var four = QkvProjections.FitScores(x, target, rank: 4);

        four.Wq.ColumnCount.Should().Be(4);
        Scores(x, four).ShouldBeNear(Scores(x, three), "only three of these tokens are independent");
        (Scores(x, three) - target).FrobeniusNorm().Should().BeLessThan(golden.Number("error"), "rank 1 has a greater error");
    }

    [Fact, Task(3)]
    public void Fit_leaves_its_inputs_as_they_were()
    {
        var (x, target) = (Inputs.Matrix(5, 4, seed: 1), Inputs.Matrix(5, 5, seed: 2));

        QkvProjections.FitScores(x, target, rank: 2);

        x.ShouldBeNear(Inputs.Matrix(5, 4, seed: 1));
        target.ShouldBeNear(Inputs.Matrix(5, 5, seed: 2));
    }

    [Theory, Task(3)]
    [InlineData(5, 3, 0)]
    [InlineData(5, 3, 4)]
    [InlineData(3, 5, 4)]
    public void A_rank_outside_the_range_is_refused(int n, int d, int rank) =>
        Expect.Throws<ArgumentOutOfRangeException>(() => QkvProjections.FitScores(Inputs.Matrix(n, d, seed: 1), Inputs.Matrix(n, n, seed: 2), rank));

    [Theory, Task(3)]
    [InlineData(4, 5)]
    [InlineData(5, 4)]
    [InlineData(4, 4)]
    public void A_target_that_does_not_fit_the_tokens_is_refused(int rows, int columns) =>
        Expect.Throws<ArgumentException>(() => QkvProjections.FitScores(Inputs.Matrix(5, 3, seed: 1), Inputs.Matrix(rows, columns, seed: 2), rank: 2));

    [Fact, Task(4)]
    public void Gradients_equal_automatic_differentiation_in_PyTorch()
    {
        var golden = Golden.Case("attention");
        var (wq, wk, wv) = QkvProjections.Gradients(
            golden.Matrix("x"), golden.Matrix("wq"), golden.Matrix("wk"), golden.Matrix("wv"), golden.Matrix("upstream"));

        wv.ShouldBeNear(golden.Matrix("dWv"));
        wq.ShouldBeNear(golden.Matrix("dWq"));
        wk.ShouldBeNear(golden.Matrix("dWk"));
    }

    [Theory, Task(4)]
    [InlineData(4, 3, 2, 5)]
    [InlineData(5, 2, 4, 1)]
    [InlineData(4, 4, 4, 4)]
    public void Gradients_equal_finite_differences_at_every_coordinate(int n, int d, int dK, int dV)
    {
        var (x, wq, wk, wv) = (Inputs.Matrix(n, d, seed: 1), Inputs.Matrix(d, dK, seed: 2), Inputs.Matrix(d, dK, seed: 3), Inputs.Matrix(d, dV, seed: 4));
        var upstream = Inputs.Matrix(n, dV, seed: 5);
        double Loss(Matrix<double> query, Matrix<double> key, Matrix<double> value) =>
            NaiveAttention(x, query, key, value).PointwiseMultiply(upstream).Enumerate().Sum();

        var gradients = QkvProjections.Gradients(x, wq, wk, wv, upstream);

        gradients.Wv.ShouldBeNear(FiniteDifference.Gradient(w => Loss(wq, wk, w), wv), tolerance: FiniteDifference.Tolerance);
        gradients.Wq.ShouldBeNear(FiniteDifference.Gradient(w => Loss(w, wk, wv), wq), tolerance: FiniteDifference.Tolerance);
        gradients.Wk.ShouldBeNear(FiniteDifference.Gradient(w => Loss(wq, w, wv), wk), tolerance: FiniteDifference.Tolerance);
    }

    [Fact, Task(4)]
    public void A_token_alone_teaches_its_value_only()
    {
        var (wq, wk, wv) = QkvProjections.Gradients(Rows([2, 3]), Rows([1], [4]), Rows([5], [2]), Rows([1], [1]), Rows([7]));

        wq.ShouldBeNear(Rows([0], [0]), "its weight is 1, whatever the score");
        wk.ShouldBeNear(Rows([0], [0]));
        wv.ShouldBeNear(Rows([14], [21]), "the output is x·Wv");
    }

    [Theory, Task(4)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    public void An_upstream_gradient_that_does_not_fit_is_refused(int rows, int columns) =>
        Expect.Throws<ArgumentException>(() => QkvProjections.Gradients(
            Inputs.Matrix(5, 4, seed: 1), Inputs.Matrix(4, 3, seed: 2), Inputs.Matrix(4, 3, seed: 3), Inputs.Matrix(4, 2, seed: 4),
            Inputs.Matrix(rows, columns, seed: 5)));

    [Fact, Task(4)]
    public void Training_finds_the_successor_only_with_two_different_projections() => Snapshot.Verify(Experiment());

    /// <summary>The table that the answer quotes: six tokens on a ring, each to look at the next; weights are read off by x = Wv = I.</summary>
    private static string Experiment()
    {
        var identity = Matrix<double>.Build.DenseIdentity(6);
        var (wq, wk) = (Inputs.Matrix(6, 4, seed: 20, deviation: 0.3), Inputs.Matrix(6, 4, seed: 21, deviation: 0.3));
        var shared = Train(wq, wq, tied: true);
        var separate = Train(wq, wk, tied: false);
        var fitted = QkvProjections.FitScores(identity, 12 * Successor(6), rank: 6);

        var table = new StringBuilder("                                loss   weight of next   previous   itself\n");
        void Add(string name, Matrix<double> weights)
        {
            double Mean(int step) => Enumerable.Range(0, 6).Average(i => weights[i, (i + step + 6) % 6]);
            table.Append(CultureInfo.InvariantCulture, $"{name,-28}{SuccessorLoss(weights),8:F3}{Mean(1),17:F3}{Mean(-1),11:F3}{Mean(0),9:F3}\n");
        }

        Add("values alone", QkvProjections.ValueOnlyAttention(identity));
        Add("one projection, trained", QkvProjections.Attend(identity, shared.Wq, shared.Wk, identity));
        Add("two projections, random", QkvProjections.Attend(identity, wq, wk, identity));
        Add("two projections, trained", QkvProjections.Attend(identity, separate.Wq, separate.Wk, identity));
        Add("two projections, fitted", QkvProjections.Attend(identity, fitted.Wq, fitted.Wk, identity));
        return table.ToString();
    }

    private static (Matrix<double> Wq, Matrix<double> Wk) Train(Matrix<double> wq, Matrix<double> wk, bool tied)
    {
        var identity = Matrix<double>.Build.DenseIdentity(6);
        for (var step = 0; step < 300; step++)
        {
            var weights = QkvProjections.Attend(identity, wq, wk, identity);
            var upstream = Successor(6).PointwiseDivide(-6 * weights);
            var gradient = QkvProjections.Gradients(identity, wq, wk, identity, upstream);
            var (stepQ, stepK) = tied ? (gradient.Wq + gradient.Wk, gradient.Wq + gradient.Wk) : (gradient.Wq, gradient.Wk);
            (wq, wk) = (wq - stepQ, wk - stepK);
        }

        return (wq, wk);
    }

    /// <summary>The mean of −ln of the weight that each token gives to the next one; the last one's next is the first.</summary>
    private static double SuccessorLoss(Matrix<double> weights) =>
        Enumerable.Range(0, weights.RowCount).Average(i => -Math.Log(weights[i, (i + 1) % weights.RowCount]));

    private static Matrix<double> Successor(int n) => Matrix<double>.Build.Dense(n, n, (i, j) => j == (i + 1) % n ? 1 : 0);

    private static Matrix<double> Scores(Matrix<double> x, (Matrix<double> Wq, Matrix<double> Wk) projections) =>
        (x * projections.Wq).TransposeAndMultiply(x * projections.Wk);

    private static Matrix<double> NaiveAttention(Matrix<double> x, Matrix<double> wq, Matrix<double> wk, Matrix<double> wv)
    {
        double Score(int i, int j) =>
            Enumerable.Range(0, wq.ColumnCount).Sum(c => x.Row(i).DotProduct(wq.Column(c)) * x.Row(j).DotProduct(wk.Column(c)));
        return Matrix<double>.Build.DenseOfRowVectors(Enumerable.Range(0, x.RowCount).Select(i =>
        {
            var exponentials = Enumerable.Range(0, x.RowCount).Select(j => Math.Exp(Score(i, j) / Math.Sqrt(wq.ColumnCount))).ToArray();
            return exponentials.Select((e, j) => e / exponentials.Sum() * (x.Row(j) * wv)).Aggregate((a, b) => a + b);
        }));
    }

    private static Matrix<double> Rows(params double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
