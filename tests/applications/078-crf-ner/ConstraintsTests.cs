using System.Text.RegularExpressions;
using static Kata078.CrfNerTests;

namespace Kata078;

public class ConstraintsTests
{
    private const double Never = double.NegativeInfinity;

    // O and B may follow anything, I what has the same hyphen and type behind its first letter.
    private static readonly Regex Allowed = new(@" (O|B-\S+)$|^[BI](-\S+) I\2$");

    private static readonly Regex Spans = new(@"^(O |B-(\S+) (I-\2 )*)*$");

    [Fact, Task(4)]
    public void Constraints_of_two_types_by_hand()
    {
        var constraints = CrfNer.BioConstraints(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]);

        constraints.Start.ShouldBeNear(new[] { 0, 0, Never, 0, Never });
        constraints.Between.ShouldBeNear(Rows(new[,]
        {
            { 0, 0, Never, 0, Never },
            { 0, 0, 0, 0, Never },
            { 0, 0, 0, 0, Never },
            { 0, 0, Never, 0, 0 },
            { 0, 0, Never, 0, 0 },
        }));
        constraints.Stop.ShouldBeNear(new double[5]);
    }

    [Theory, Task(4)]
    [InlineData("I-B-X O B-B-X B-PER I-PER")]
    [InlineData("B-A-X I-A-X I-A-Y B-B-X I-X I-A I-a-x")]
    [InlineData("B-O O I-O I-OO B-X I-X")]
    public void An_inside_label_follows_exactly_the_labels_of_its_own_type(string written)
    {
        var labels = written.Split(' ');

        var constraints = CrfNer.BioConstraints(labels);

        for (var to = 0; to < labels.Length; to++)
        {
            constraints.Start[to].ShouldBeNear(labels[to][0] == 'I' ? Never : 0, $"{labels[to]} starts a sentence");
            for (var from = 0; from < labels.Length; from++)
            {
                var step = $"{labels[from]} {labels[to]}";
                constraints.Between[from, to].ShouldBeNear(Allowed.IsMatch(step) ? 0 : Never, $"of the step {step}");
            }
        }
    }

    [Fact, Task(4)]
    public void Constraints_allow_exactly_the_sequences_that_spans_can_be_written_as()
    {
        string[] labels = ["I-B-X", "O", "B-B-X", "B-PER", "I-PER"];
        var constraints = CrfNer.BioConstraints(labels);

        foreach (var (tags, score) in Paths(Matrix<double>.Build.Dense(3, 5), constraints, All(3)))
        {
            var sequence = string.Concat(tags.Select(tag => $"{labels[tag]} "));
            score.ShouldBeNear(Spans.IsMatch(sequence) ? 0 : Never, $"of {sequence}");
        }
    }

    [Theory, Task(4)]
    [InlineData("B-LOC", "B-LOC I-LOC B-PER I-PER")]
    [InlineData("B-MISC", "B-MISC B-MISC B-PER I-PER")]
    public void Illegal_transitions_are_impossible_however_strongly_the_encoder_wants_them(string fourth, string best)
    {
        // the encoder wants I-PER I-LOC O I-PER; without B-LOC among the labels, I-LOC can never be entered
        string[] labels = ["O", "B-PER", "I-PER", fourth, "I-LOC"];
        var emissions = Rows(new double[,] { { 0, 1, 90, 2, 3 }, { 1, 0, 2, 2.5, 80 }, { 70, 1, 0, 2, 3 }, { 1, 2, 95, 0, 3 } });
        var constraints = CrfNer.BioConstraints(labels);
        var legal = Paths(emissions, constraints, All(4)).Where(path => double.IsFinite(path.Score)).ToList();

        string.Join(' ', CrfNer.Viterbi(emissions, constraints, All(4)).Select(tag => labels[tag])).Should().Be(best);
        CrfNer.LogPartition(emissions, constraints, All(4))
            .ShouldBeNear(Math.Log(legal.Sum(path => Math.Exp(path.Score))));
        CrfNer.Marginals(emissions, constraints, All(4)).ShouldBeNear(Shares(legal, 5));
        CrfNer.Gradient(emissions, constraints, All(4), [0, 1, 2, 0]).Transitions.Between
            .Enumerate().Should().OnlyContain(entry => double.IsFinite(entry), "forbidden steps get no gradient");
    }

    [Theory, Task(4)]
    [InlineData("X-PER")]
    [InlineData("I")]
    [InlineData("B-")]
    [InlineData("I-")]
    [InlineData("")]
    [InlineData("b-PER")]
    [InlineData("O-PER")]
    [InlineData("B_PER")]
    [InlineData("BI-PER")]
    public void Constraints_refuse_other_labels_and_name_them(string label) =>
        Expect.Throws<ArgumentException>(() => CrfNer.BioConstraints(["O", label])).Message
            .Contains(label, StringComparison.Ordinal).Should().BeTrue("the message names the label {0}", label);

    [Fact, Task(4)]
    public void Class_weights_one_two_and_zero_by_hand()
    {
        // exp(a) · 2 = exp(a + ln 2), with ln 2 = 0.6931471806: a score of −3 rises as well; exp(a) · 0 = 0 = exp(−∞)
        var emissions = Rows(new[,] { { -3, -3, -3 }, { 0.5, 0, 40 }, { Never, Never, Never } });

        CrfNer.WeightedEmissions(emissions, Vector<double>.Build.Dense([1, 2, 0])).ShouldBeNear(Rows(new[,]
        {
            { -3, -2.3068528194, Never },
            { 0.5, 0.6931471806, Never },
            { Never, Never, Never },
        }));
    }

    [Fact, Task(4)]
    public void A_class_weight_multiplies_the_weight_of_a_path_once_for_each_time_the_tag_is_used()
    {
        var (emissions, transitions, mask) = Generated("1101");
        double[] weights = [0.5, 3, 0];
        var paths = Paths(emissions, transitions, mask).ToList();
        double Weighted((int[] Tags, double Score) path) =>
            Math.Exp(path.Score) * path.Tags.Where(tag => tag >= 0).Aggregate(1.0, (product, tag) => product * weights[tag]);

        var weighted = CrfNer.WeightedEmissions(emissions, Vector<double>.Build.Dense(weights));

        CrfNer.LogPartition(weighted, transitions, mask).ShouldBeNear(Math.Log(paths.Sum(Weighted)));
        CrfNer.Viterbi(weighted, transitions, mask).Should().Equal(paths.MaxBy(Weighted).Tags);
        emissions.ShouldBeNear(Generated("1101").Emissions, "the input is not changed");
    }

    [Fact, Task(4)]
    public void Class_weights_do_not_depend_on_a_constant_that_softmax_would_not_see()
    {
        var (emissions, transitions, mask) = Generated("1111");
        var weights = Vector<double>.Build.Dense([0.5, 3, 1.25]);

        CrfNer.Marginals(CrfNer.WeightedEmissions(emissions + 7, weights), transitions, mask)
            .ShouldBeNear(CrfNer.Marginals(CrfNer.WeightedEmissions(emissions, weights), transitions, mask));
    }

    [Theory, Task(4)]
    [InlineData(3, -0.5)]
    [InlineData(3, double.NaN)]
    [InlineData(3, double.PositiveInfinity)]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    public void Class_weights_are_finite_not_negative_and_one_per_tag(int count, double last) =>
        Expect.Throws<ArgumentException>(() => CrfNer.WeightedEmissions(
            Inputs.Matrix(2, 3, seed: 1), Vector<double>.Build.Dense(count, tag => tag == count - 1 ? last : 2)));
}
