using System.Globalization;

namespace Kata027;

public class MultiHeadMechanismTests
{
    // Computed by the programs that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void Two_heads_of_two_tokens_by_hand()
    {
        // tokens 1, 2. First head: scores x_i·x_j·ln 2 are 1, 2; 2, 4 times ln 2: weights 1:2, 1:4, mean tokens 5/3, 9/5.
        // Second head: scores 0, both tokens alike: 3/2. The rows of wo are (1, 10) and (100, 0).
        var (one, none) = (Rows([1]), Rows([0]));
        Head[] heads = [new(one * Math.Log(2), one, one), new(none, one, one)];

        MultiHeadMechanism.HeadSum(Rows([1], [2]), heads, Rows([1, 10], [100, 0]))
            .ShouldBeNear(Rows([150 + (5 / 3.0), 50 / 3.0], [150 + (9 / 5.0), 18]));
    }

    [Fact, Task(1)]
    public void Sum_of_heads_equals_the_multi_head_attention_of_PyTorch()
    {
        var golden = Golden.Case("attention");
        var heads = Enumerable.Range(0, 3)
            .Select(h => new Head(golden.Matrix($"wq{h}"), golden.Matrix($"wk{h}"), golden.Matrix($"wv{h}"))).ToArray();

        MultiHeadMechanism.HeadSum(golden.Matrix("x"), heads, golden.Matrix("wo")).ShouldBeNear(golden.Matrix("output"));
    }

    [Theory, Task(1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(4, 5)]
    public void Sum_of_heads_equals_heads_side_by_side_times_the_output_projection(int headCount, int n)
    {
        var heads = Enumerable.Range(0, headCount).Select(h => RandomHead(d: 3, dK: 1 + h, dV: 2 + (h % 3), seed: 10 * h)).ToArray();
        var (x, wo) = (Inputs.Matrix(n, 3, seed: 90), Inputs.Matrix(heads.Sum(head => head.Wv.ColumnCount), 4, seed: 91));

        MultiHeadMechanism.HeadSum(x, heads, wo).ShouldBeNear(Concatenated(x, heads) * wo);
    }

    [Fact, Task(1)]
    public void Order_of_heads_does_not_matter_when_their_rows_move_along()
    {
        Head[] heads = [RandomHead(d: 3, dK: 2, dV: 2, seed: 1), RandomHead(d: 3, dK: 4, dV: 1, seed: 5)];
        var (x, wo) = (Inputs.Matrix(5, 3, seed: 9), Inputs.Matrix(3, 4, seed: 10));
        var moved = Matrix<double>.Build.DenseOfRowVectors(wo.Row(2), wo.Row(0), wo.Row(1));

        MultiHeadMechanism.HeadSum(x, [heads[1], heads[0]], moved).ShouldBeNear(MultiHeadMechanism.HeadSum(x, heads, wo));
    }

    [Fact, Task(1)]
    public void Heads_survive_scores_far_beyond_the_range_of_exp() =>
        MultiHeadMechanism.HeadSum(Rows([50], [-40]), [new(Rows([1]), Rows([1]), Rows([2]))], Rows([3])).ShouldBeNear(Rows([300], [-240]));

    [Theory, Task(1)]
    [InlineData(4)]
    [InlineData(6)]
    public void An_output_projection_with_more_or_fewer_rows_than_the_heads_give_is_refused(int rows) =>
        Expect.Throws<ArgumentException>(() => MultiHeadMechanism.HeadSum(
            Inputs.Matrix(4, 3, seed: 1), [RandomHead(d: 3, dK: 2, dV: 2, seed: 2), RandomHead(d: 3, dK: 2, dV: 3, seed: 3)], Inputs.Matrix(rows, 3, seed: 4)));

    [Fact, Task(1)]
    public void Heads_of_another_width_than_the_tokens_are_refused() =>
        Expect.Throws<ArgumentException>(() => MultiHeadMechanism.HeadSum(
            Inputs.Matrix(4, 3, seed: 1), [RandomHead(d: 5, dK: 2, dV: 2, seed: 2)], Inputs.Matrix(2, 3, seed: 4)));

    [Fact, Task(1)]
    public void A_layer_without_heads_is_refused() =>
        Expect.Throws<ArgumentException>(() => MultiHeadMechanism.HeadSum(Inputs.Matrix(4, 3, seed: 1), [], Inputs.Matrix(2, 3, seed: 4)));

    [Theory, Task(2)]
    [InlineData(7, 5, 2, 2)]
    [InlineData(7, 5, 6, 5)]
    [InlineData(3, 5, 4, 3)]
    [InlineData(6, 6, 1, 1)]
    public void Rank_of_scores_is_the_smallest_of_tokens_width_and_head_dimension(int n, int d, int dK, int expected) =>
        MultiHeadMechanism.ScoreRank(Inputs.Matrix(n, d, seed: 1), RandomHead(d, dK, dV: 2, seed: 2))
            .Should().Be(expected, "scores are a product of an n × d, a d × dK, a dK × d and a d × n matrix");

    [Fact, Task(2)]
    public void Rank_falls_with_repeated_tokens_and_with_dependent_columns()
    {
        var head = RandomHead(d: 4, dK: 3, dV: 1, seed: 3);
        var tokens = Inputs.Matrix(2, 4, seed: 4);
        var doubled = new Head(head.Wq, Matrix<double>.Build.DenseOfColumnVectors(head.Wk.Column(0), head.Wk.Column(1), 2 * head.Wk.Column(1)), head.Wv);

        MultiHeadMechanism.ScoreRank(tokens.Stack(tokens).Stack(tokens), head).Should().Be(2, "six tokens, two of them different");
        MultiHeadMechanism.ScoreRank(Inputs.Matrix(6, 4, seed: 5), doubled).Should().Be(2, "two of three key columns are parallel");
    }

    [Fact, Task(2)]
    public void Rank_counts_singular_values_relative_to_the_greatest()
    {
        // identity tokens and keys: the scores are Wq, singular values 1e-3 times 1, 1e-8, 1e-10
        var identity = Matrix<double>.Build.DenseIdentity(3);
        var wq = 1e-3 * Matrix<double>.Build.DenseOfDiagonalArray([1, 1e-8, 1e-10]);

        MultiHeadMechanism.ScoreRank(identity, new(wq, identity, identity)).Should().Be(2, "1e-8 is above 1e-9, 1e-10 is not");
        MultiHeadMechanism.ScoreRank(identity, new(1e-20 * identity, identity, identity)).Should().Be(3, "small scores are scores too");
        MultiHeadMechanism.ScoreRank(identity, new(0 * identity, identity, identity)).Should().Be(0);
    }

    [Fact, Task(2)]
    public void Rank_of_a_head_that_does_not_fit_the_tokens_is_refused() =>
        Expect.Throws<ArgumentException>(() => MultiHeadMechanism.ScoreRank(Inputs.Matrix(4, 3, seed: 1), RandomHead(d: 5, dK: 2, dV: 2, seed: 2)));

    [Theory, Task(3)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 3)]
    [InlineData(20, 4)]
    public void Two_heads_copy_previous_and_next_token_whatever_the_content(int n, int content)
    {
        var (heads, wo) = MultiHeadMechanism.TwoHeadCopy(n, content);
        var values = Inputs.Matrix(n, content, seed: n, deviation: 2) + 1.5;

        heads.Should().HaveCount(2);
        heads.Should().OnlyContain(head => head.Wv.ColumnCount == content, "each head hands on one content");
        var output = MultiHeadMechanism.HeadSum(WithPositions(values), heads, wo);

        output.ShouldBeNear(Shifted(values, -1).Append(Shifted(values, +1)), tolerance: 1e-6);
    }

    [Fact, Task(3)]
    public void Copying_heads_look_at_positions_not_at_content()
    {
        var (heads, wo) = MultiHeadMechanism.TwoHeadCopy(4, 2);
        var values = Rows([10, -10], [-10, 10], [10, 10], [10, -10]);

        MultiHeadMechanism.HeadSum(WithPositions(values), heads, wo).ShouldBeNear(
            Rows([10, -10, -10, 10], [10, -10, 10, 10], [-10, 10, 10, -10], [10, 10, 10, -10]), tolerance: 1e-6);
    }

    [Theory, Task(3)]
    [InlineData(2, 1)]
    [InlineData(5, 0)]
    public void Copying_needs_three_tokens_and_some_content(int n, int content) =>
        Expect.Throws<ArgumentOutOfRangeException>(() => MultiHeadMechanism.TwoHeadCopy(n, content));

    [Fact, Task(4)]
    public void Best_error_of_two_tokens_by_hand()
    {
        // output 0 of either token takes 3 times the other one, output 1 takes 4 times itself. Arranged by pairs of tokens:
        // (0, 4), (3, 0), (3, 0), (0, 4): orthogonal columns of length √18 and √32; each head removes the longest that is left
        var mixing = Tensor.Create(new double[] { 0, 4, 3, 0, 3, 0, 0, 4 }, [2, 2, 1, 2]);

        MultiHeadMechanism.BestError(mixing, 0).ShouldBeNear(Math.Sqrt(50));
        MultiHeadMechanism.BestError(mixing, 1).ShouldBeNear(Math.Sqrt(18));
        MultiHeadMechanism.BestError(mixing, 2).ShouldBeNear(0);
        MultiHeadMechanism.BestError(mixing, 7).ShouldBeNear(0, "more heads than needed do no harm");
    }

    [Fact, Task(4)]
    public void Best_error_is_what_minimisation_from_many_starts_finds()
    {
        var golden = Golden.Case("mixing");

        Enumerable.Range(1, 3).Select(heads => MultiHeadMechanism.BestError(golden.Tensor("mixing"), heads))
            .ShouldBeNear(golden.Vector("errors"));
    }

    [Theory, Task(4)]
    [InlineData(4, 1)]
    [InlineData(5, 3)]
    public void No_compromise_of_one_head_beats_the_bound_for_previous_and_next(int n, int content)
    {
        var mixing = Mixing(n, content, [-1, +1]);
        var bound = MultiHeadMechanism.BestError(mixing, 1);
        var lowest = Grid(n).Min(pattern => ErrorOfBestMap(mixing, pattern));

        lowest.ShouldBeNear(bound, "one neighbour can be copied, or any blend of both");
        bound.ShouldBeNear(Math.Sqrt(n * content), "half of the 2·n·c squared entries stay undone");
        MultiHeadMechanism.BestError(mixing, 2).ShouldBeNear(0, "and two heads do it all", tolerance: 1e-6);
    }

    [Theory, Task(4)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_heads_never_beat_the_bound(int seed)
    {
        var mixing = Inputs.Tensor(seed, 3, 3, 2, 5);
        var bound = MultiHeadMechanism.BestError(mixing, 1);

        Enumerable.Range(0, 50).Select(trial => ErrorOfBestMap(mixing, Inputs.Matrix(3, 3, seed: 100 + trial)))
            .Should().OnlyContain(error => error >= bound - 1e-9);
    }

    [Fact, Task(4)]
    public void A_mixing_of_other_axes_or_a_negative_number_of_heads_is_refused()
    {
        Expect.Throws<ArgumentException>(() => MultiHeadMechanism.BestError(Inputs.Tensor(1, 3, 4, 2, 2), 1), "three tokens, four tokens");
        Expect.Throws<ArgumentException>(() => MultiHeadMechanism.BestError(Inputs.Tensor(1, 4, 4, 2), 1), "three axes");
        Expect.Throws<ArgumentOutOfRangeException>(() => MultiHeadMechanism.BestError(Inputs.Tensor(1, 3, 3, 2, 2), -1));
    }

    [Fact, Task(4)]
    public void Each_neighbour_to_be_told_apart_needs_a_head_of_its_own() => Snapshot.Verify(Experiment());

    /// <summary>The tables that the answer quotes.</summary>
    private static string Experiment()
    {
        string[] sentence = ["the", "cat", "sat", "on", "the", "mat"];
        string[] words = [.. sentence.Distinct()];
        var (heads, wo) = MultiHeadMechanism.TwoHeadCopy(sentence.Length, words.Length);
        var content = Matrix<double>.Build.Dense(sentence.Length, words.Length, (i, a) => sentence[i] == words[a] ? 1 : 0);
        var copied = MultiHeadMechanism.HeadSum(WithPositions(content), heads, wo);
        var blend = 0.5 * (Shifted(content, -1) + Shifted(content, +1));
        string Read(Vector<double> row) => string.Join(" + ", words.Zip(row).Where(entry => entry.Second > 1e-6)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Second:F2} {entry.First}")));

        var table = new StringBuilder("token   first head   second head   one head on both\n");
        for (var i = 0; i < sentence.Length; i++)
        {
            var row = copied.Row(i);
            table.Append($"{sentence[i],-8}{Read(row.SubVector(0, words.Length)),-13}");
            table.Append($"{Read(row.SubVector(words.Length, words.Length)),-14}{Read(blend.Row(i))}\n");
        }

        // In proportion to the norm of what is wanted: previous beside next, 6 tokens, content of dimension 2.
        var wanted = Mixing(6, 2, [-1, +1]);
        (heads, wo) = MultiHeadMechanism.TwoHeadCopy(6, 2);
        void Add(string name, double error) =>
            table.Append(CultureInfo.InvariantCulture, $"{name,-34}{Math.Abs(error / MultiHeadMechanism.BestError(wanted, 0)),6:F3}\n");
        table.Append("\nprevious beside next               error\n");
        Add("both heads", Error(wanted, heads, wo));
        Add("first head alone", Error(wanted, [heads[0]], wo.SubMatrix(0, 2, 0, 4)));
        Add("first head in both places", Error(wanted, [heads[0], heads[0]], wo));
        Add("both heads, averaged", Error(wanted, heads, wo / 2));
        Add("one head on both, best map", ErrorOfBestMap(wanted, Grid(6).ElementAt(5)));
        Add("bound for one head", MultiHeadMechanism.BestError(wanted, 1));

        table.Append("\nneighbours to copy   bound for 1 head   2 heads   3 heads   4 heads\n");
        foreach (var steps in new int[][] { [-1], [-1, 1], [-1, 1, 2], [-2, -1, 1, 2] })
        {
            var mixing = Mixing(7, 2, steps);
            var bounds = Enumerable.Range(1, 4).Select(h => MultiHeadMechanism.BestError(mixing, h) / MultiHeadMechanism.BestError(mixing, 0)).ToArray();
            table.Append(CultureInfo.InvariantCulture, $"{steps.Length,18}{bounds[0],19:F3}{bounds[1],10:F3}{bounds[2],10:F3}{bounds[3],10:F3}\n");
        }

        return table.ToString();
    }

    /// <summary>How far a layer is from a mixing: the outputs for every content that has a single 1, put together.</summary>
    private static double Error(Tensor<double> wanted, IReadOnlyList<Head> heads, Matrix<double> wo)
    {
        var (n, content) = ((int)wanted.Lengths[0], (int)wanted.Lengths[2]);
        var squares = from j in Enumerable.Range(0, n)
                      from a in Enumerable.Range(0, content)
                      let only = Matrix<double>.Build.Dense(n, content, (row, column) => (row, column) == (j, a) ? 1 : 0)
                      let output = MultiHeadMechanism.HeadSum(WithPositions(only), heads, wo)
                      select output.MapIndexed((i, b, value) => Math.Pow(value - wanted[i, j, a, b], 2)).Enumerate().Sum();
        return Math.Sqrt(squares.Sum());
    }

    /// <summary>The error of one head with a given pattern and the map that suits it best: least squares, entry by entry.</summary>
    private static double ErrorOfBestMap(Tensor<double> mixing, Matrix<double> pattern)
    {
        var n = pattern.RowCount;
        var squares = from a in Enumerable.Range(0, (int)mixing.Lengths[2])
                      from b in Enumerable.Range(0, (int)mixing.Lengths[3])
                      let wanted = Matrix<double>.Build.Dense(n, n, (i, j) => mixing[i, j, a, b])
                      let best = wanted.PointwiseMultiply(pattern).Enumerate().Sum() / pattern.PointwisePower(2).Enumerate().Sum()
                      select Math.Pow((wanted - (best * pattern)).FrobeniusNorm(), 2);
        return Math.Sqrt(squares.Sum());
    }

    /// <summary>Patterns that spread the weight 1 over previous, next and own token in steps of a tenth.</summary>
    private static IEnumerable<Matrix<double>> Grid(int n) =>
        from own in Enumerable.Range(0, 11)
        from previous in Enumerable.Range(0, 11 - own)
        let identity = Matrix<double>.Build.DenseIdentity(n)
        select ((own * identity) + (previous * Shifted(identity, -1)) + ((10 - own - previous) * Shifted(identity, +1))) / 10;

    /// <summary>Output block k of every token is the content of the token k-th in the list of steps away, round the ring.</summary>
    private static Tensor<double> Mixing(int n, int content, int[] steps)
    {
        var mixing = Tensor.Create(new double[n * n * content * content * steps.Length], [n, n, content, content * steps.Length]);
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < steps.Length; k++)
            {
                for (var a = 0; a < content; a++)
                {
                    mixing[i, (i + steps[k] + n) % n, a, (k * content) + a] = 1;
                }
            }
        }

        return mixing;
    }

    private static Matrix<double> WithPositions(Matrix<double> content) =>
        Matrix<double>.Build.DenseIdentity(content.RowCount).Append(content);

    private static Matrix<double> Shifted(Matrix<double> rows, int step) =>
        Matrix<double>.Build.DenseOfRowVectors(Enumerable.Range(0, rows.RowCount).Select(i => rows.Row((i + step + rows.RowCount) % rows.RowCount)));

    private static Matrix<double> Concatenated(Matrix<double> x, IEnumerable<Head> heads) =>
        heads.Select(head =>
        {
            var scores = x * head.Wq * head.Wk.Transpose() * x.Transpose() / Math.Sqrt(head.Wq.ColumnCount);
            return scores.PointwiseExp().NormalizeRows(1) * x * head.Wv;
        }).Aggregate((left, right) => left.Append(right));

    private static Head RandomHead(int d, int dK, int dV, int seed) =>
        new(Inputs.Matrix(d, dK, seed), Inputs.Matrix(d, dK, seed + 1), Inputs.Matrix(d, dV, seed + 2));

    private static Matrix<double> Rows(params double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
