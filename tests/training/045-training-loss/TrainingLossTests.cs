using System.Globalization;

namespace Kata045;

public class TrainingLossTests
{
    // Computed by the program that "source" in golden.json names.
    private static readonly Golden Golden = Golden.Load();

    [Fact, Task(1)]
    public void Logarithms_of_one_quarter_and_three_quarters_by_hand() =>
        TrainingLoss.LogSoftmax(Rows([[0, Math.Log(3)], [5 + Math.Log(3), 5]]))
            .ShouldBeNear(Rows([[Math.Log(0.25), Math.Log(0.75)], [Math.Log(0.75), Math.Log(0.25)]]));

    [Theory, Task(1)]
    [InlineData("default")]
    [InlineData("padding_is_token_0")]
    public void Log_softmax_equals_PyTorch(string name) =>
        TrainingLoss.LogSoftmax(Golden.Case(name).Matrix("logits")).ShouldBeNear(Golden.Case(name).Matrix("log_softmax"));

    [Theory, Task(1)]
    [InlineData(1, 4)]
    [InlineData(5, 3)]
    [InlineData(3, 1)]
    public void Log_softmax_is_the_logarithm_of_the_definition(int positions, int vocabulary)
    {
        var logits = Inputs.Matrix(positions, vocabulary, seed: 1, deviation: 2);

        TrainingLoss.LogSoftmax(logits).ShouldBeNear(Matrix<double>.Build.Dense(
            positions, vocabulary, (position, token) => Math.Log(NaiveSoftmax(logits, position, token))));
    }

    [Fact, Task(1)]
    public void Log_softmax_of_logits_of_ten_thousand_is_finite() =>
        TrainingLoss.LogSoftmax(Rows([[1e4, -1e4, 0], [-1e4, -1e4 + 1, -1e4]])).ShouldBeNear(
            Rows([[0, -2e4, -1e4], [-Math.Log(2 + Math.E), 1 - Math.Log(2 + Math.E), -Math.Log(2 + Math.E)]]),
            "the logarithm undoes the exponential: nothing has to underflow");

    [Fact, Task(1)]
    public void Log_softmax_of_a_row_does_not_depend_on_the_rows_beside_it()
    {
        var fromOneLess = new[] { -Math.Log(1 + (1 / Math.E)), -1 - Math.Log(1 + (1 / Math.E)) };

        TrainingLoss.LogSoftmax(Rows([[1000, 999], [2, 1]]))
            .ShouldBeNear(Rows([fromOneLess, fromOneLess]), "each row has a largest logit of its own");
    }

    [Fact, Task(1)]
    public void Log_softmax_leaves_its_input_as_it_was()
    {
        var logits = Inputs.Matrix(2, 3, seed: 1);

        TrainingLoss.LogSoftmax(logits);

        logits.ShouldBeNear(Inputs.Matrix(2, 3, seed: 1));
    }

    [Fact, Task(2)]
    public void Loss_of_three_logits_by_hand()
    {
        // e² + e + e^0.1 = 7.38906 + 2.71828 + 1.10517 = 11.21251, its logarithm 2.41703, less the target's logit 2
        TrainingLoss.CrossEntropy(Rows([[2, 1, 0.1]]), [0]).ShouldBeNear(0.4170300163, tolerance: 1e-9);
    }

    [Fact, Task(2)]
    public void Loss_without_any_knowledge_is_the_logarithm_of_the_vocabulary() =>
        TrainingLoss.CrossEntropy(Matrix<double>.Build.Dense(3, 50, 0.7), [4, 0, 49])
            .ShouldBeNear(Math.Log(50), "equal logits are a uniform guess");

    [Theory, Task(2)]
    [InlineData("default", -100)]
    [InlineData("padding_is_token_0", 0)]
    public void Loss_equals_PyTorch(string name, int ignoreIndex)
    {
        var golden = Golden.Case(name);

        TrainingLoss.CrossEntropy(golden.Matrix("logits"), golden.Integers("targets"), ignoreIndex).ShouldBeNear(golden.Number("loss"));
    }

    [Fact, Task(2)]
    public void The_ignore_index_is_minus_100_where_none_is_given()
    {
        var golden = Golden.Case("default");

        TrainingLoss.CrossEntropy(golden.Matrix("logits"), golden.Integers("targets")).ShouldBeNear(golden.Number("loss"));
    }

    [Theory, Task(2)]
    [InlineData(-1)]
    [InlineData(2)]
    public void The_ignore_index_may_lie_on_either_side_of_the_vocabulary(int ignoreIndex) =>
        TrainingLoss.CrossEntropy(Rows([[0, Math.Log(3)], [5, -7], [0, Math.Log(3)]]), [0, ignoreIndex, 1], ignoreIndex)
            .ShouldBeNear((Math.Log(4) + Math.Log(4.0 / 3)) / 2);

    [Theory, Task(2)]
    [InlineData(1, 3)]
    [InlineData(4, 2)]
    [InlineData(7, 5)]
    public void Loss_is_the_mean_of_minus_log_probabilities_of_counted_targets(int positions, int vocabulary)
    {
        var (logits, targets) = LogitsAndTargets(positions, vocabulary);

        TrainingLoss.CrossEntropy(logits, targets, ignoreIndex: -1).ShouldBeNear(NaiveLoss(logits, targets));
    }

    [Fact, Task(2)]
    public void Padding_sequences_of_unequal_lengths_changes_no_loss()
    {
        var (longer, shorter) = (Inputs.Matrix(5, 4, seed: 1), Inputs.Matrix(2, 4, seed: 2));
        int[] longerTargets = [3, 0, 1, 1, 2], shorterTargets = [0, 2];

        var padded = TrainingLoss.CrossEntropy(
            longer.Stack(shorter).Stack(Inputs.Matrix(3, 4, seed: 3)), [.. longerTargets, .. shorterTargets, -100, -100, -100]);

        padded.ShouldBeNear(TrainingLoss.CrossEntropy(longer.Stack(shorter), [.. longerTargets, .. shorterTargets]));
        padded.ShouldBeNear(
            ((5 * TrainingLoss.CrossEntropy(longer, longerTargets)) + (2 * TrainingLoss.CrossEntropy(shorter, shorterTargets))) / 7,
            "every token weighs the same, so a sequence weighs by its length");
    }

    [Fact, Task(2)]
    public void Loss_of_logits_of_ten_thousand_is_finite() =>
        TrainingLoss.CrossEntropy(Rows([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]]), [1, 2]).ShouldBeNear((2e4 + Math.Log(3)) / 2);

    [Theory, Task(2)]
    [InlineData(1e5)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void Logits_of_an_ignored_position_do_not_reach_the_loss(double logit) =>
        TrainingLoss.CrossEntropy(Rows([[0, Math.Log(3)], [logit, logit]]), [1, -100]).ShouldBeNear(Math.Log(4.0 / 3));

    [Fact, Task(2)]
    public void Loss_is_zero_where_every_position_is_ignored() =>
        TrainingLoss.CrossEntropy(Inputs.Matrix(2, 3, seed: 1), [-100, -100]).ShouldBeNear(0, "not 0/0");

    [Fact, Task(2)]
    public void Loss_leaves_logits_and_targets_as_they_were() =>
        AssertInputsStay((logits, targets) => TrainingLoss.CrossEntropy(logits, targets));

    [Theory, Task(2)]
    [InlineData(0, 1)]
    [InlineData(0, 1, 2, 0)]
    [InlineData(0, 3, 1)]
    [InlineData(-1, 0, 1)]
    [InlineData(-100, -100)]
    public void Loss_refuses_missing_and_impossible_targets(params int[] targets) =>
        Expect.Throws<ArgumentException>(() => TrainingLoss.CrossEntropy(Inputs.Matrix(3, 3, seed: 1), targets));

    [Fact, Task(2)]
    public void Loss_refuses_minus_100_where_the_ignore_index_is_another() =>
        Expect.Throws<ArgumentException>(() => TrainingLoss.CrossEntropy(Inputs.Matrix(3, 3, seed: 1), [1, -100, 0], ignoreIndex: 0));

    [Fact, Task(2)]
    public void The_logarithm_of_a_softmax_gives_up_where_the_loss_still_grows() => Snapshot.Verify(Underflow());

    [Fact, Task(3)]
    public void Gradient_of_one_to_three_by_hand()
    {
        // p = (1/4, 3/4), the target is token 0: (1/4 − 1, 3/4), twice, halved for two counted positions
        var row = new[] { 0, Math.Log(3) };
        var halved = Rows([[-0.375, 0.375], [0, 0], [0.125, -0.125]]);

        TrainingLoss.Gradient(Rows([row]), [0]).ShouldBeNear(Rows([[-0.75, 0.75]]));
        TrainingLoss.Gradient(Rows([row, row, row]), [0, -100, 1]).ShouldBeNear(halved);
        TrainingLoss.Gradient(Rows([row, row, row]), [0, 2, 1], ignoreIndex: 2).ShouldBeNear(halved, "2 is no token of this vocabulary");
    }

    [Theory, Task(3)]
    [InlineData("default", -100)]
    [InlineData("padding_is_token_0", 0)]
    public void Gradient_equals_automatic_differentiation_in_PyTorch(string name, int ignoreIndex)
    {
        var golden = Golden.Case(name);

        TrainingLoss.Gradient(golden.Matrix("logits"), golden.Integers("targets"), ignoreIndex).ShouldBeNear(golden.Matrix("gradient"));
    }

    [Theory, Task(3)]
    [InlineData(1, 3)]
    [InlineData(4, 2)]
    [InlineData(7, 5)]
    public void Gradient_equals_finite_differences_at_every_coordinate(int positions, int vocabulary)
    {
        var (logits, targets) = LogitsAndTargets(positions, vocabulary);

        TrainingLoss.Gradient(logits, targets, ignoreIndex: -1).ShouldBeNear(
            FiniteDifference.Gradient(moved => NaiveLoss(moved, targets), logits), tolerance: FiniteDifference.Tolerance);
    }

    [Fact, Task(3)]
    public void Gradient_of_logits_of_ten_thousand_is_a_probability_less_one_for_the_target() =>
        TrainingLoss.Gradient(Rows([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]]), [1, 2])
            .ShouldBeNear(Rows([[0.5, -0.5, 0], [1 / 6.0, 1 / 6.0, -1 / 3.0]]));

    [Fact, Task(3)]
    public void Ignored_rows_of_the_gradient_hold_plain_zeros_even_for_logits_of_nan()
    {
        // a token is the ignore index, so there is an entry p − 1 in the ignored rows of whoever computes them
        var logits = Rows([[1, 2, 3], [0.3, -1, 2], [double.NaN, 0, double.PositiveInfinity], [2, 0, 1]]);
        var gradient = TrainingLoss.Gradient(logits, [0, 1, 1, 2], ignoreIndex: 1);

        HasNegativeZero(gradient).Should().BeFalse("−0 is a negative number times 0, or a 0 negated");
        gradient.SubMatrix(1, 2, 0, 3).ShouldBeNear(Matrix<double>.Build.Dense(2, 3), "nothing times NaN is computed there");
    }

    [Fact, Task(3)]
    public void Gradient_is_zero_where_every_position_is_ignored() =>
        TrainingLoss.Gradient(Rows([[double.NaN, 7, 1], [-9, -8, 0]]), [-100, -100]).ShouldBeNear(Matrix<double>.Build.Dense(2, 3), "not 0/0");

    [Fact, Task(3)]
    public void Gradient_leaves_logits_and_targets_as_they_were() =>
        AssertInputsStay((logits, targets) => TrainingLoss.Gradient(logits, targets));

    [Theory, Task(3)]
    [InlineData(0, 1)]
    [InlineData(0, 1, 2, 0)]
    [InlineData(0, 3, 1)]
    [InlineData(-1, 0, 1)]
    [InlineData(-100, -100)]
    public void Gradient_refuses_missing_and_impossible_targets(params int[] targets) =>
        Expect.Throws<ArgumentException>(() => TrainingLoss.Gradient(Inputs.Matrix(3, 3, seed: 1), targets));

    [Fact, Task(3)]
    public void Gradient_refuses_minus_100_where_the_ignore_index_is_another() =>
        Expect.Throws<ArgumentException>(() => TrainingLoss.Gradient(Inputs.Matrix(3, 3, seed: 1), [1, -100, 0], ignoreIndex: 0));

    [Fact, Task(4)]
    public void Z_loss_of_four_by_hand()
    {
        // Z = 1 + 3 = 4, so 0.5 · (ln 4)², and its derivative 2 · 0.5 · ln 4 · p with p = (1/4, 3/4)
        var logits = Rows([[0, Math.Log(3)]]);

        TrainingLoss.ZLoss(logits, [1], weight: 0.5).ShouldBeNear(0.5 * Math.Log(4) * Math.Log(4));
        TrainingLoss.ZLossGradient(logits, [1], weight: 0.5).ShouldBeNear(Rows([[0.25 * Math.Log(4), 0.75 * Math.Log(4)]]));
    }

    [Theory, Task(4)]
    [InlineData("default", -100)]
    [InlineData("padding_is_token_0", 0)]
    public void Z_loss_and_its_gradient_equal_PyTorch(string name, int ignoreIndex)
    {
        var golden = Golden.Case(name);
        var (logits, targets, weight) = (golden.Matrix("logits"), golden.Integers("targets"), golden.Number("weight"));

        TrainingLoss.ZLoss(logits, targets, weight, ignoreIndex).ShouldBeNear(golden.Number("z_loss"));
        TrainingLoss.ZLossGradient(logits, targets, weight, ignoreIndex).ShouldBeNear(golden.Matrix("z_gradient"));
    }

    [Theory, Task(4)]
    [InlineData(1, 3)]
    [InlineData(7, 5)]
    public void Z_loss_is_its_definition_and_its_gradient_the_finite_differences(int positions, int vocabulary)
    {
        var (logits, targets) = LogitsAndTargets(positions, vocabulary);

        TrainingLoss.ZLoss(logits, targets, weight: 0.2, ignoreIndex: -1).ShouldBeNear(NaiveZLoss(logits, targets, 0.2));
        TrainingLoss.ZLossGradient(logits, targets, weight: 0.2, ignoreIndex: -1).ShouldBeNear(
            FiniteDifference.Gradient(moved => NaiveZLoss(moved, targets, 0.2), logits), tolerance: FiniteDifference.Tolerance);
    }

    [Fact, Task(4)]
    public void Z_loss_holds_what_cross_entropy_lets_drift()
    {
        var (logits, targets) = LogitsAndTargets(5, 4);
        var normalised = TrainingLoss.LogSoftmax(logits);

        TrainingLoss.CrossEntropy(normalised + 3, targets, ignoreIndex: -1)
            .ShouldBeNear(TrainingLoss.CrossEntropy(logits, targets, ignoreIndex: -1), "a shift of all logits changes no probability");
        TrainingLoss.ZLoss(normalised, targets, weight: 0.2, ignoreIndex: -1).ShouldBeNear(0, "Z = 1");
        TrainingLoss.ZLoss(normalised + 3, targets, weight: 0.2, ignoreIndex: -1).ShouldBeNear(0.2 * 9, "ln Z = 3");
    }

    [Fact, Task(4)]
    public void Z_loss_of_logits_of_ten_thousand_is_finite()
    {
        // ln Z is 1e4 in the first row and ln 2 − 1e4 in the second
        var logits = Rows([[1e4, -1e4], [-1e4, -1e4]]);
        var second = Math.Log(2) - 1e4;

        TrainingLoss.ZLoss(logits, [1, 1], weight: 1e-4).ShouldBeNear(1e-4 * (1e8 + (second * second)) / 2);
        TrainingLoss.ZLossGradient(logits, [1, 1], weight: 1e-4).ShouldBeNear(Rows([[1, 0], [1e-4 * second / 2, 1e-4 * second / 2]]));
    }

    [Fact, Task(4)]
    public void Ignored_positions_have_neither_z_loss_nor_gradient()
    {
        // 2 is no token of this vocabulary; ln Z is negative in the last row
        var logits = Rows([[0, Math.Log(3)], [double.NaN, 7], [-9, -8]]);

        TrainingLoss.ZLoss(logits, [0, 2, 2], weight: 1, ignoreIndex: 2).ShouldBeNear(Math.Log(4) * Math.Log(4));
        var gradient = TrainingLoss.ZLossGradient(logits, [0, 2, 2], weight: 1, ignoreIndex: 2);
        gradient.ShouldBeNear(Rows([[0.5 * Math.Log(4), 1.5 * Math.Log(4)], [0, 0], [0, 0]]));
        HasNegativeZero(gradient).Should().BeFalse("−0 is a negative number times 0, or a 0 negated");
    }

    [Fact, Task(4)]
    public void Z_loss_and_its_gradient_are_zero_where_every_position_is_ignored()
    {
        var logits = Rows([[double.NaN, 7, 1], [-9, -8, 0]]);

        TrainingLoss.ZLoss(logits, [-100, -100], weight: 1).ShouldBeNear(0, "not 0/0");
        TrainingLoss.ZLossGradient(logits, [-100, -100], weight: 1).ShouldBeNear(Matrix<double>.Build.Dense(2, 3), "not 0/0");
    }

    [Fact, Task(4)]
    public void Z_loss_and_its_gradient_leave_logits_and_targets_as_they_were()
    {
        AssertInputsStay((logits, targets) => TrainingLoss.ZLoss(logits, targets, weight: 0.5));
        AssertInputsStay((logits, targets) => TrainingLoss.ZLossGradient(logits, targets, weight: 0.5));
    }

    [Theory, Task(4)]
    [InlineData(0, 1)]
    [InlineData(0, 1, 2, 0)]
    [InlineData(0, 3, 1)]
    [InlineData(-1, 0, 1)]
    [InlineData(-100, -100)]
    public void Z_loss_and_its_gradient_refuse_missing_and_impossible_targets(params int[] targets)
    {
        Expect.Throws<ArgumentException>(() => TrainingLoss.ZLoss(Inputs.Matrix(3, 3, seed: 1), targets, weight: 1));
        Expect.Throws<ArgumentException>(() => TrainingLoss.ZLossGradient(Inputs.Matrix(3, 3, seed: 1), targets, weight: 1));
    }

    [Fact, Task(4)]
    public void Z_loss_and_its_gradient_refuse_minus_100_where_the_ignore_index_is_another()
    {
        var logits = Inputs.Matrix(3, 3, seed: 1);

        Expect.Throws<ArgumentException>(() => TrainingLoss.ZLoss(logits, [1, -100, 0], weight: 1, ignoreIndex: 0));
        Expect.Throws<ArgumentException>(() => TrainingLoss.ZLossGradient(logits, [1, -100, 0], weight: 1, ignoreIndex: 0));
    }

    [Fact, Task(4)]
    public void Training_ends_at_the_entropy_of_the_data_and_z_loss_at_a_normaliser_of_one() => Snapshot.Verify(Training());

    private static void AssertInputsStay(Action<Matrix<double>, int[]> computation)
    {
        var logits = Inputs.Matrix(3, 4, seed: 1);
        int[] targets = [3, -100, 0];

        computation(logits, targets);

        logits.ShouldBeNear(Inputs.Matrix(3, 4, seed: 1));
        targets.Should().Equal(3, -100, 0);
    }

    private static bool HasNegativeZero(Matrix<double> matrix) => matrix.Enumerate().Any(value => value == 0 && double.IsNegative(value));

    /// <summary>The first table of the answer: two logits, the wrong one ahead by the gap.</summary>
    private static string Underflow()
    {
        var table = new StringBuilder("  gap   cross-entropy   −log(softmax)\n");
        foreach (var gap in new[] { 10, 100, 700, 740, 750 })
        {
            var loss = TrainingLoss.CrossEntropy(Rows([[0, gap]]), [0]);
            var naive = -Math.Log(NaiveSoftmax(Rows([[-gap, 0]]), 0, 0));
            table.Append(CultureInfo.InvariantCulture, $"{gap,5}   {loss,13:F4}   {naive,13:F4}\n");
        }

        return table.ToString();
    }

    /// <summary>
    /// The second table of the answer: gradient descent on a table of logits, one row per context, for ten counted
    /// tokens, learning rate 8, z-loss weight 0.05. Context 0 is followed by 0 0 0 1, context 1 by 2 2, context 2 by 0 1 3 3.
    /// </summary>
    private static string Training()
    {
        int[] contexts = [0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 0], targets = [0, 0, 0, 1, 2, 2, 0, 1, 3, 3, -100, -100];
        var floor = ((4 * ((0.75 * Math.Log(4 / 3.0)) + (0.25 * Math.Log(4)))) + (4 * 1.5 * Math.Log(2))) / 10;
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"conditional entropy of the data: {floor:F4} nats\n");
        table.Append("steps   cross-entropy  mean (ln Z)²   with z-loss: cross-entropy  mean (ln Z)²\n");

        // takes each position to the row of its context, and transposed sums the gradients of a context
        var lookup = Matrix<double>.Build.Dense(contexts.Length, 3, (position, context) => contexts[position] == context ? 1 : 0);
        var (plain, held) = (Inputs.Matrix(3, 4, seed: 5) + 5, Inputs.Matrix(3, 4, seed: 5) + 5);
        for (var step = 0; step <= 40; step++)
        {
            var (plainLogits, heldLogits) = (lookup * plain, lookup * held);
            if (step is 0 or 5 or 15 or 40)
            {
                table.Append(CultureInfo.InvariantCulture, $"{step,5}   {Loss(plainLogits),13:F4}  {SquaredLogNormaliser(plainLogits),12:F4}");
                table.Append(CultureInfo.InvariantCulture, $"   {Loss(heldLogits),26:F4}  {SquaredLogNormaliser(heldLogits),12:F4}\n");
            }

            var zGradient = TrainingLoss.ZLossGradient(heldLogits, targets, weight: 0.05);
            plain -= 8 * lookup.TransposeThisAndMultiply(TrainingLoss.Gradient(plainLogits, targets));
            held -= 8 * lookup.TransposeThisAndMultiply(TrainingLoss.Gradient(heldLogits, targets) + zGradient);
        }

        return table.ToString();

        double Loss(Matrix<double> logits) => TrainingLoss.CrossEntropy(logits, targets);
        double SquaredLogNormaliser(Matrix<double> logits) => TrainingLoss.ZLoss(logits, targets, weight: 1);
    }

    /// <summary>Uneven logits with an offset; every third target is −1, to be ignored.</summary>
    private static (Matrix<double> Logits, int[] Targets) LogitsAndTargets(int positions, int vocabulary) => (
        Inputs.Matrix(positions, vocabulary, seed: positions, deviation: 1.5) + 0.4,
        [.. Enumerable.Range(0, positions).Select(position => position % 3 == 2 ? -1 : ((2 * position) + 1) % vocabulary)]);

    private static double NaiveSoftmax(Matrix<double> logits, int position, int token) =>
        Math.Exp(logits[position, token]) / logits.Row(position).Sum(Math.Exp);

    private static double NaiveLoss(Matrix<double> logits, int[] targets) =>
        Counted(targets).Average(position => -Math.Log(NaiveSoftmax(logits, position, targets[position])));

    private static double NaiveZLoss(Matrix<double> logits, int[] targets, double weight) =>
        weight * Counted(targets).Average(position => Math.Pow(Math.Log(logits.Row(position).Sum(Math.Exp)), 2));

    private static IEnumerable<int> Counted(int[] targets) => Enumerable.Range(0, targets.Length).Where(position => targets[position] >= 0);

    private static Matrix<double> Rows(double[][] rows) => Matrix<double>.Build.DenseOfRowArrays(rows);
}
