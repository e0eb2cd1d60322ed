namespace Kata078;

public class CrfNerTests
{
    // Computed by the program that "source" in golden.json names: all paths written out, differentiated automatically.
    private static readonly Golden Golden = Golden.Load();

    [Theory, Task(1)]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void Score_and_partition_of_four_paths_by_hand(double moved)
    {
        // the weights exp(score) of the four paths, the middle token skipped, are start · emission · step · emission · stop:
        // 0,0: 1·2·1·1·3 = 6    0,1: 1·2·2·3·1 = 12    1,0: 2·1·4·1·3 = 24    1,1: 2·1·1·3·1 = 6    together 48
        var (emissions, transitions, mask) = FourPaths(moved);

        CrfNer.PathScore(emissions, transitions, mask, [0, -1, 1]).ShouldBeNear(Math.Log(12));
        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(Math.Log(48));
    }

    [Fact, Task(1)]
    public void Score_and_partition_equal_PyTorch()
    {
        var golden = Golden.Case("sentence");
        var (emissions, transitions, mask) = FromGolden(golden);

        CrfNer.PathScore(emissions, transitions, mask, golden.Integers("tags")).ShouldBeNear(golden.Number("score"));
        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(golden.Number("logPartition"));
    }

    [Theory, Task(1)]
    [InlineData("1")]
    [InlineData("11")]
    [InlineData("111")]
    [InlineData("1110")]
    [InlineData("01011")]
    [InlineData("111111")]
    [InlineData("101101")]
    public void Score_and_partition_equal_the_enumeration_of_all_paths(string counts)
    {
        var (emissions, transitions, mask) = Generated(counts);
        var paths = Paths(emissions, transitions, mask);

        CrfNer.PathScore(emissions, transitions, mask, paths[^1].Tags).ShouldBeNear(paths[^1].Score);
        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(Math.Log(paths.Sum(path => Math.Exp(path.Score))));
    }

    [Fact, Task(1)]
    public void Without_transitions_a_long_sentence_is_one_softmax_per_token()
    {
        // 4^80 paths of a summed weight of about e^1100, but the sum over paths factors into a product over tokens
        var emissions = Inputs.Matrix(80, 4, seed: 1, deviation: 2) + 11;

        CrfNer.LogPartition(emissions, Zero(4), All(80))
            .ShouldBeNear(emissions.EnumerateRows().Sum(row => Math.Log(row.Sum(Math.Exp))));
    }

    [Theory, Task(1)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void A_constant_on_every_emission_adds_itself_once_per_counted_token(double constant)
    {
        var (emissions, transitions, mask) = Generated("110101");

        CrfNer.LogPartition(emissions + constant, transitions, mask)
            .ShouldBeNear(CrfNer.LogPartition(emissions, transitions, mask) + (4 * constant), "exp alone would overflow", tolerance: 1e-11);
    }

    [Fact, Task(1)]
    public void Forbidden_scores_leave_a_score_and_a_partition_over_the_others()
    {
        var (emissions, transitions, mask) = PartlyForbidden();
        var possible = Paths(emissions, transitions, mask).Where(path => double.IsFinite(path.Score)).ToList();

        CrfNer.PathScore(emissions, transitions, mask, possible[0].Tags).ShouldBeNear(possible[0].Score);
        CrfNer.PathScore(emissions, transitions, mask, [1, 1, -1, 0, 2]).ShouldBeNear(double.NegativeInfinity);
        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(Math.Log(possible.Sum(path => Math.Exp(path.Score))));
    }

    [Theory, Task(1)]
    [InlineData("start")]
    [InlineData("between")]
    [InlineData("stop")]
    [InlineData("emissions")]
    public void A_sentence_without_any_possible_path_has_a_partition_of_minus_infinity(string forbidden)
    {
        var (emissions, transitions, mask) = Impossible(forbidden);

        CrfNer.LogPartition(emissions, transitions, mask).ShouldBeNear(double.NegativeInfinity, "ln 0 is −∞, not NaN");
    }

    [Fact, Task(1)]
    public void Score_and_partition_do_not_read_what_stands_at_a_token_that_does_not_count()
    {
        var (clean, dirty, transitions, mask) = CleanAndDirty();

        CrfNer.PathScore(dirty, transitions, mask, [99, 0, 2, -7]).ShouldBeNear(CrfNer.PathScore(clean, transitions, mask, [0, 0, 2, 0]));
        CrfNer.LogPartition(dirty, transitions, mask).ShouldBeNear(CrfNer.LogPartition(clean, transitions, mask));
    }

    [Fact, Task(1)]
    public void Score_and_partition_leave_their_inputs_as_they_were()
    {
        ShouldLeaveItsInputs((emissions, transitions, mask, tags) => CrfNer.PathScore(emissions, transitions, mask, tags));
        ShouldLeaveItsInputs((emissions, transitions, mask, _) => CrfNer.LogPartition(emissions, transitions, mask));
    }

    [Fact, Task(1)]
    public void Score_and_partition_refuse_sizes_that_do_not_fit_and_sentences_without_tokens()
    {
        foreach (var (fault, emissions, transitions, mask) in Misfits())
        {
            Expect.Throws<ArgumentException>(() => CrfNer.PathScore(emissions, transitions, mask, [0, 1, 2]), fault);
            Expect.Throws<ArgumentException>(() => CrfNer.LogPartition(emissions, transitions, mask), fault);
        }
    }

    [Theory, Task(1)]
    [InlineData(0, 1, 3)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 1)]
    [InlineData(0, 1, 2, 0)]
    public void Score_refuses_tags_that_do_not_exist_and_another_number_of_tags(params int[] tags) =>
        Expect.Throws<ArgumentException>(() => CrfNer.PathScore(Inputs.Matrix(3, 3, seed: 1), Zero(3), All(3), tags));

    [Fact, Task(2)]
    public void Three_days_at_the_doctor()
    {
        // The example of Wikipedia's article "Viterbi algorithm": the patient feels normal, cold, dizzy; the states are
        // healthy (0) and fever (1). Best path healthy, healthy, fever: .6·.5 · .7·.4 · .3·.6 = 0.01512; evidence 0.03628.
        var emissions = Log(new[,] { { 0.5, 0.1 }, { 0.4, 0.3 }, { 0.1, 0.6 } });
        var transitions = new TransitionScores(
            Log(new[,] { { 0.7, 0.3 }, { 0.4, 0.6 } }), Log(new[,] { { 0.6, 0.4 } }).Row(0), Vector<double>.Build.Dense(2));

        var best = CrfNer.Viterbi(emissions, transitions, All(3));

        best.Should().Equal(0, 0, 1);
        Math.Exp(CrfNer.PathScore(emissions, transitions, All(3), best)).ShouldBeNear(0.01512);
        Math.Exp(CrfNer.LogPartition(emissions, transitions, All(3))).ShouldBeNear(0.03628);
    }

    [Theory, Task(2)]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void The_best_path_is_not_the_best_tag_at_each_token(double moved)
    {
        // the weights of Score_and_partition_of_four_paths_by_hand: 24 is the largest, though the emissions alone prefer 0, 1
        var (emissions, transitions, mask) = FourPaths(moved);

        CrfNer.Viterbi(emissions, transitions, mask).Should().Equal(1, -1, 0);
    }

    [Theory, Task(2)]
    [InlineData("1", 8)]
    [InlineData("11", 8)]
    [InlineData("111", 8)]
    [InlineData("1110", 8)]
    [InlineData("01011", 8)]
    [InlineData("111111", 2)]
    [InlineData("101101", 8)]
    public void Best_path_is_the_best_of_all_paths(string counts, int sentences)
    {
        for (var seed = 0; seed < sentences; seed++)
        {
            var (emissions, transitions, mask) = Generated(counts, seed);

            CrfNer.Viterbi(emissions, transitions, mask).Should().Equal(
                Paths(emissions, transitions, mask).MaxBy(path => path.Score).Tags, "of seed {0}", seed);
        }
    }

    [Theory, Task(2)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void Without_transitions_the_best_path_of_a_long_sentence_is_the_best_tag_of_each_token(double constant)
    {
        // scores of ±40,000: neither weights nor a large number in place of −∞ survive them
        var emissions = Inputs.Matrix(40, 4, seed: 1) + constant;

        CrfNer.Viterbi(emissions, Zero(4), All(40)).Should().Equal(emissions.EnumerateRows().Select(row => row.MaximumIndex()));
    }

    [Fact, Task(2)]
    public void Best_path_is_the_best_of_those_that_are_not_forbidden()
    {
        var (emissions, transitions, mask) = PartlyForbidden();

        CrfNer.Viterbi(emissions, transitions, mask).Should().Equal(Paths(emissions, transitions, mask).MaxBy(path => path.Score).Tags);
    }

    [Theory, Task(2)]
    [InlineData("start")]
    [InlineData("between")]
    [InlineData("stop")]
    [InlineData("emissions")]
    public void Best_path_refuses_a_sentence_without_any_possible_path(string forbidden)
    {
        var (emissions, transitions, mask) = Impossible(forbidden);

        Expect.Throws<ArgumentException>(() => CrfNer.Viterbi(emissions, transitions, mask));
    }

    [Fact, Task(2)]
    public void Best_path_does_not_depend_on_what_stands_at_a_token_that_does_not_count()
    {
        var (clean, dirty, transitions, mask) = CleanAndDirty();

        CrfNer.Viterbi(dirty, transitions, mask).Should().Equal(CrfNer.Viterbi(clean, transitions, mask));
    }

    [Fact, Task(2)]
    public void Best_path_leaves_its_inputs_as_they_were() =>
        ShouldLeaveItsInputs((emissions, transitions, mask, _) => CrfNer.Viterbi(emissions, transitions, mask));

    [Fact, Task(2)]
    public void Best_path_refuses_sizes_that_do_not_fit_and_sentences_without_tokens()
    {
        foreach (var (fault, emissions, transitions, mask) in Misfits())
        {
            Expect.Throws<ArgumentException>(() => CrfNer.Viterbi(emissions, transitions, mask), fault);
        }
    }

    /// <summary>The specification: every path with its score, added up term by term.</summary>
    internal static List<(int[] Tags, double Score)> Paths(Matrix<double> emissions, TransitionScores transitions, bool[] mask)
    {
        var paths = new List<(int[] Tags, double Score, int Last)> { ([], 0, -1) };
        for (var token = 0; token < mask.Length; token++)
        {
            var longer = new List<(int[] Tags, double Score, int Last)>();
            foreach (var (tags, score, last) in paths)
            {
                if (!mask[token])
                {
                    longer.Add(([.. tags, -1], score, last));
                    continue;
                }

                for (var tag = 0; tag < emissions.ColumnCount; tag++)
                {
                    var step = last < 0 ? transitions.Start[tag] : transitions.Between[last, tag];
                    longer.Add(([.. tags, tag], score + step + emissions[token, tag], tag));
                }
            }

            paths = longer;
        }

        return paths.ConvertAll(path => (path.Tags, path.Score + transitions.Stop[path.Last]));
    }

    /// <summary>The specification: the share of the paths that have a tag at a token, each path counted with its weight.</summary>
    internal static Matrix<double> Shares(List<(int[] Tags, double Score)> paths, int tagCount)
    {
        var shares = Matrix<double>.Build.Dense(paths[0].Tags.Length, tagCount);
        var all = paths.Sum(path => Math.Exp(path.Score));
        foreach (var (tags, score) in paths)
        {
            for (var token = 0; token < tags.Length; token++)
            {
                if (tags[token] >= 0)
                {
                    shares[token, tags[token]] += Math.Exp(score) / all;
                }
            }
        }

        return shares;
    }

    /// <summary>
    /// Two tags, of three tokens the middle one skipped. What is moved is added at one place of each path and taken away
    /// at the next, so that every path keeps its score, while single scores lie up to twice as far apart.
    /// </summary>
    internal static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) FourPaths(double moved)
    {
        var between = Log(new double[,] { { 1, 2 }, { 4, 1 } }) + Rows(new[,] { { moved, 0 }, { 0, -moved } });
        var start = Log(new double[,] { { 1, 2 } }) + Rows(new[,] { { 0, moved } });
        var stop = Log(new double[,] { { 3, 1 } });
        var emissions = Log(new double[,] { { 2, 1 }, { 1, 50 }, { 1, 3 } }) + Rows(new[,] { { 0, 0 }, { 0, 0 }, { -moved, 0 } });
        return (emissions, new TransitionScores(between, start.Row(0), stop.Row(0)), [true, false, true]);
    }

    /// <summary>Three tags, uneven scores, one token for each digit; tokens with 0 do not count and hold infinities.</summary>
    internal static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) Generated(string counts, int seed = 0) => (
        Inputs.Matrix(counts.Length, 3, seed + 10)
            .MapIndexed((token, _, score) => counts[token] == '1' ? score + 0.3 : double.PositiveInfinity),
        new TransitionScores(
            Inputs.Matrix(3, 3, seed + 30), Inputs.Vector(3, seed + 50, deviation: 2), Inputs.Vector(3, seed + 70, deviation: 2)),
        Mask(counts));

    /// <summary>Of each kind some scores are forbidden; tag 1 can only be the first, and its whole column is −∞.</summary>
    internal static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) PartlyForbidden()
    {
        var (emissions, transitions, mask) = Generated("11011");
        transitions.Start[2] = transitions.Stop[0] = emissions[3, 2] = double.NegativeInfinity;
        transitions.Between.SetColumn(1, [.. Enumerable.Repeat(double.NegativeInfinity, 3)]);
        return (emissions, transitions, mask);
    }

    internal static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) Impossible(string forbidden)
    {
        var (emissions, transitions, mask) = Generated("1101");
        var never = double.NegativeInfinity;
        return forbidden switch
        {
            "start" => (emissions, transitions with { Start = transitions.Start + never }, mask),
            "between" => (emissions, transitions with { Between = transitions.Between + never }, mask),
            "stop" => (emissions, transitions with { Stop = transitions.Stop + never }, mask),
            _ => (emissions.MapIndexed((token, _, score) => token == 1 ? never : score), transitions, mask),
        };
    }

    /// <summary>Twice the same sentence, of whose first and last token nothing may be read.</summary>
    internal static (Matrix<double> Clean, Matrix<double> Dirty, TransitionScores Transitions, bool[] Mask) CleanAndDirty()
    {
        var (dirty, transitions, mask) = Generated("0110");
        var clean = dirty.Clone();
        clean.ClearRows(0, 3);
        dirty.SetRow(0, [double.NaN, double.PositiveInfinity, 1e9]);
        dirty.SetRow(3, [1e9, double.NaN, double.NegativeInfinity]);
        return (clean, dirty, transitions, mask);
    }

    /// <summary>What does not fit three tokens and three tags, each with what is wrong with it.</summary>
    internal static IEnumerable<(string Fault, Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask)> Misfits()
    {
        var (emissions, fitting, four) = (Inputs.Matrix(3, 3, seed: 1), Zero(3), Vector<double>.Build.Dense(4));
        yield return ("the mask is too short", emissions, fitting, Mask("11"));
        yield return ("the mask is too long", emissions, fitting, Mask("1110"));
        yield return ("no token counts", emissions, fitting, Mask("000"));
        // with one token that counts nothing else in an answer would notice
        yield return ("between has four rows", emissions, fitting with { Between = Matrix<double>.Build.Dense(4, 3) }, Mask("100"));
        yield return ("between has four columns", emissions, fitting with { Between = Matrix<double>.Build.Dense(3, 4) }, Mask("100"));
        yield return ("there are four start scores", emissions, fitting with { Start = four }, Mask("100"));
        yield return ("there are four stop scores", emissions, fitting with { Stop = four }, Mask("100"));
    }

    internal static void ShouldLeaveItsInputs(Action<Matrix<double>, TransitionScores, bool[], int[]> call)
    {
        var (emissions, transitions, mask) = Generated("1011");
        var (sameEmissions, sameTransitions, sameMask) = Generated("1011");
        int[] tags = [0, 7, 2, 1];

        call(emissions, transitions, mask, tags);

        emissions.ShouldBeNear(sameEmissions);
        transitions.Between.ShouldBeNear(sameTransitions.Between);
        transitions.Start.ShouldBeNear(sameTransitions.Start);
        transitions.Stop.ShouldBeNear(sameTransitions.Stop);
        mask.Should().Equal(sameMask);
        tags.Should().Equal(0, 7, 2, 1);
    }

    internal static (Matrix<double> Emissions, TransitionScores Transitions, bool[] Mask) FromGolden(Golden golden) => (
        golden.Matrix("emissions"),
        new TransitionScores(golden.Matrix("between"), golden.Vector("start"), golden.Vector("stop")),
        [.. golden.Integers("mask").Select(counts => counts == 1)]);

    internal static TransitionScores Zero(int tags) =>
        new(Matrix<double>.Build.Dense(tags, tags), Vector<double>.Build.Dense(tags), Vector<double>.Build.Dense(tags));

    internal static bool[] All(int tokens) => [.. Enumerable.Repeat(true, tokens)];

    internal static bool[] Mask(string counts) => [.. counts.Select(digit => digit == '1')];

    internal static Matrix<double> Rows(double[,] values) => Matrix<double>.Build.DenseOfArray(values);

    internal static Matrix<double> Log(double[,] values) => Rows(values).PointwiseLog();
}
