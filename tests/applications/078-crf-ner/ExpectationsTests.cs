using static Kata078.CrfNerTests;

namespace Kata078;

public class ExpectationsTests
{
    // Computed by the program that "source" in golden.json names: all paths written out, differentiated automatically.
    private static readonly Golden Golden = Golden.Load();

    [Theory, Task(3)]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void Marginals_and_gradient_of_four_paths_by_hand(double moved)
    {
        // weights 6, 12, 24, 6 of 48: the first token has tag 0 with (6 + 12)/48 = 3/8, the last one with (6 + 24)/48 = 5/8;
        // the steps 00, 01, 10, 11 have 1/8, 1/4, 1/2, 1/8; the annotated path is 0, 1
        var (emissions, transitions, mask) = FourPaths(moved);

        var gradient = CrfNer.Gradient(emissions, transitions, mask, [0, -1, 1]);

        CrfNer.Marginals(emissions, transitions, mask).ShouldBeNear(Rows(new[,] { { 3 / 8.0, 5 / 8.0 }, { 0, 0 }, { 5 / 8.0, 3 / 8.0 } }));
        gradient.Emissions.ShouldBeNear(Rows(new[,] { { -5 / 8.0, 5 / 8.0 }, { 0, 0 }, { 5 / 8.0, -5 / 8.0 } }));
        gradient.Transitions.Between.ShouldBeNear(Rows(new[,] { { 1 / 8.0, -3 / 4.0 }, { 1 / 2.0, 1 / 8.0 } }));
        gradient.Transitions.Start.ShouldBeNear(new[] { -5 / 8.0, 5 / 8.0 });
        gradient.Transitions.Stop.ShouldBeNear(new[] { 5 / 8.0, -5 / 8.0 });
    }

    [Fact, Task(3)]
    public void Marginals_and_gradient_equal_automatic_differentiation_in_PyTorch()
    {
        var (emissions, transitions, mask) = FromGolden(Golden.Case("sentence"));
        var expected = Golden.Case("gradient");

        var gradient = CrfNer.Gradient(emissions, transitions, mask, Golden.Case("sentence").Integers("tags"));

        CrfNer.Marginals(emissions, transitions, mask).ShouldBeNear(Golden.Case("sentence").Matrix("marginals"));
        gradient.Emissions.ShouldBeNear(expected.Matrix("emissions"));
        gradient.Transitions.Between.ShouldBeNear(expected.Matrix("between"));
        gradient.Transitions.Start.ShouldBeNear(expected.Vector("start"));
        gradient.Transitions.Stop.ShouldBeNear(expected.Vector("stop"));
    }

    [Theory, Task(3)]
    [InlineData("1")]
    [InlineData("11")]
    [InlineData("1110")]
    [InlineData("01011")]
    [InlineData("111111")]
    public void Marginals_equal_the_enumeration_of_all_paths(string counts)
    {
        var (emissions, transitions, mask) = Generated(counts);

        CrfNer.Marginals(emissions, transitions, mask).ShouldBeNear(Shares(Paths(emissions, transitions, mask), 3));
    }

    [Theory, Task(3)]
    [InlineData("1")]
    [InlineData("0110")]
    [InlineData("1101")]
    public void Gradient_equals_finite_differences_of_the_loss_at_every_coordinate(string counts)
    {
        var (emissions, transitions, mask) = Generated(counts);
        var tags = Paths(emissions, transitions, mask)[1].Tags;
        double Loss(Matrix<double> e, TransitionScores t)
        {
            var paths = Paths(e, t, mask);
            return Math.Log(paths.Sum(path => Math.Exp(path.Score))) - paths[1].Score;
        }

        var gradient = CrfNer.Gradient(emissions, transitions, mask, tags);

        const double Tolerance = FiniteDifference.Tolerance;
        var (between, start, stop) = transitions;
        gradient.Emissions.ShouldBeNear(FiniteDifference.Gradient(e => Loss(e, transitions), emissions), tolerance: Tolerance);
        gradient.Transitions.Between.ShouldBeNear(
            FiniteDifference.Gradient(b => Loss(emissions, transitions with { Between = b }), between), tolerance: Tolerance);
        gradient.Transitions.Start.ShouldBeNear(
            FiniteDifference.Gradient(s => Loss(emissions, transitions with { Start = s }), start), tolerance: Tolerance);
        gradient.Transitions.Stop.ShouldBeNear(
            FiniteDifference.Gradient(s => Loss(emissions, transitions with { Stop = s }), stop), tolerance: Tolerance);
    }

    [Theory, Task(3)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void Without_transitions_the_marginals_of_a_long_sentence_are_one_softmax_per_token(double constant)
    {
        var emissions = Inputs.Matrix(40, 4, seed: 1, deviation: 2);

        CrfNer.Marginals(emissions + constant, Zero(4), All(40)).ShouldBeNear(
            Matrix<double>.Build.Dense(40, 4, (token, tag) => Math.Exp(emissions[token, tag]) / emissions.Row(token).Sum(Math.Exp)));
    }

    [Fact, Task(3)]
    public void What_is_forbidden_has_no_probability_and_no_gradient()
    {
        var (emissions, transitions, mask) = PartlyForbidden();
        var paths = Paths(emissions, transitions, mask);
        var all = paths.Sum(path => Math.Exp(path.Score));
        int[] counted = [0, 1, 3, 4];
        double Steps(int[] tags, int from, int to) =>
            counted.Zip(counted.Skip(1)).Count(step => (tags[step.First], tags[step.Second]) == (from, to));

        var annotated = paths.First(path => double.IsFinite(path.Score)).Tags;
        var gradient = CrfNer.Gradient(emissions, transitions, mask, annotated);

        var marginals = Shares(paths, 3);
        var expected = marginals.MapIndexed((token, tag, probability) => probability - (annotated[token] == tag ? 1 : 0), Zeros.Include);
        CrfNer.Marginals(emissions, transitions, mask).ShouldBeNear(marginals);
        gradient.Emissions.ShouldBeNear(expected);
        gradient.Transitions.Start.ShouldBeNear(expected.Row(0));
        gradient.Transitions.Stop.ShouldBeNear(expected.Row(4));
        gradient.Transitions.Between.ShouldBeNear(Matrix<double>.Build.Dense(3, 3, (from, to) =>
            (paths.Sum(path => Math.Exp(path.Score) * Steps(path.Tags, from, to)) / all) - Steps(annotated, from, to)));
    }

    [Fact, Task(3)]
    public void What_stands_at_a_token_that_does_not_count_changes_neither_marginals_nor_gradient()
    {
        var (clean, dirty, transitions, mask) = CleanAndDirty();

        CrfNer.Marginals(dirty, transitions, mask).ShouldBeNear(CrfNer.Marginals(clean, transitions, mask));
        CrfNer.Gradient(dirty, transitions, mask, [99, 0, 2, -7]).Emissions
            .ShouldBeNear(CrfNer.Gradient(clean, transitions, mask, [0, 0, 2, 0]).Emissions);
    }

    [Fact, Task(3)]
    public void Marginals_and_gradient_leave_their_inputs_as_they_were()
    {
        ShouldLeaveItsInputs((emissions, transitions, mask, _) => CrfNer.Marginals(emissions, transitions, mask));
        ShouldLeaveItsInputs((emissions, transitions, mask, tags) => CrfNer.Gradient(emissions, transitions, mask, tags));
    }

    [Theory, Task(3)]
    [InlineData("start")]
    [InlineData("between")]
    [InlineData("stop")]
    [InlineData("emissions")]
    public void An_annotation_that_is_forbidden_is_refused(string forbidden)
    {
        var (emissions, transitions, mask) = Generated("1101");
        switch (forbidden)
        {
            case "start": transitions.Start[2] = double.NegativeInfinity; break;
            case "between": transitions.Between[0, 1] = double.NegativeInfinity; break;
            case "stop": transitions.Stop[1] = double.NegativeInfinity; break;
            default: emissions[1, 0] = double.NegativeInfinity; break;
        }

        Expect.Throws<ArgumentException>(() => CrfNer.Gradient(emissions, transitions, mask, [2, 0, -1, 1]), "its loss is infinite");
    }

    [Theory, Task(3)]
    [InlineData("start")]
    [InlineData("between")]
    [InlineData("stop")]
    [InlineData("emissions")]
    public void Marginals_and_gradient_refuse_a_sentence_without_any_possible_path(string forbidden)
    {
        var (emissions, transitions, mask) = Impossible(forbidden);

        Expect.Throws<ArgumentException>(() => CrfNer.Marginals(emissions, transitions, mask));
        Expect.Throws<ArgumentException>(() => CrfNer.Gradient(emissions, transitions, mask, [0, 1, -1, 2]));
    }

    [Fact, Task(3)]
    public void Marginals_and_gradient_refuse_sizes_that_do_not_fit_and_sentences_without_tokens()
    {
        foreach (var (fault, emissions, transitions, mask) in Misfits())
        {
            Expect.Throws<ArgumentException>(() => CrfNer.Marginals(emissions, transitions, mask), fault);
            Expect.Throws<ArgumentException>(() => CrfNer.Gradient(emissions, transitions, mask, [0, 1, 2]), fault);
        }
    }

    [Theory, Task(3)]
    [InlineData(0, 1, 3)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 1)]
    [InlineData(0, 1, 2, 0)]
    public void Gradient_refuses_tags_that_do_not_exist_and_another_number_of_tags(params int[] tags) =>
        Expect.Throws<ArgumentException>(() => CrfNer.Gradient(Inputs.Matrix(3, 3, seed: 1), Zero(3), All(3), tags));
}
