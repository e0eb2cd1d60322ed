namespace Kata.Tests.Verify;

public class PlantedFaultTests(VerifiedClone clone) : IClassFixture<VerifiedClone>
{
    private const string Folder = "attention/055-why-scale-scores";

    [Fact]
    public async Task A_sound_kata_has_no_finding() => (await clone.VerifyAsync()).Should().BeEmpty();

    [Theory]
    [InlineData("solutions/attention/055-why-scale-scores/ANSWER.zh.md", "is missing")]
    [InlineData("solutions/attention/055-why-scale-scores/mistakes.yml", "is missing")]
    [InlineData("katas/attention/055-why-scale-scores/README.zh.md", "is missing")]
    public async Task A_missing_file_is_found(string file, string problem) =>
        await Finds(file, _ => null, file, problem);

    [Fact]
    public async Task A_file_that_does_not_belong_is_found() =>
        await Finds($"katas/{Folder}/notes.txt", _ => "scratch", "notes.txt", "is not a file of a kata");

    [Fact]
    public async Task A_folder_without_a_kata_is_found() =>
        await Finds("solutions/attention/999-nothing/Nothing.cs", _ => "", "999-nothing", "belongs to no kata");

    [Fact]
    public async Task Front_matter_that_differs_between_languages_is_found() =>
        await Finds($"katas/{Folder}/README.zh.md", text => text.Replace("minutes: 35", "minutes: 53"), "README.zh.md", "front matter differs");

    [Fact]
    public async Task A_needed_kata_that_does_not_exist_is_found() =>
        await Finds($"katas/{Folder}/README.md", text => text.Replace("needs: []", "needs: [\"099\"]"), "README.md", "needs kata 099");

    [Fact]
    public async Task Front_matter_with_an_unknown_key_is_found() =>
        await Finds($"katas/{Folder}/README.md", text => text.Replace("minutes:", "minute:"), "055-why-scale-scores", "minute");

    [Fact]
    public async Task A_section_that_is_missing_is_found() =>
        await Finds($"katas/{Folder}/README.md", text => text.Replace("## Out of scope", "## Elsewhere"), "README.md", "its sections must be");

    [Fact]
    public async Task A_hint_that_is_not_translated_is_found() =>
        await Finds(
            $"katas/{Folder}/README.md",
            text => text.Replace("## Worked example", "<details><summary>Hint 2</summary>\n\nMore.\n\n</details>\n\n## Worked example"),
            "README.zh.md",
            "number of their hints");

    [Fact]
    public async Task A_signature_that_differs_between_languages_is_found() =>
        await Finds($"katas/{Folder}/README.zh.md", text => text.Replace("double JacobianNorm(", "double Norm("), "README.zh.md", "C# blocks differ");

    [Fact]
    public async Task A_table_that_no_test_computes_is_found() =>
        await Finds($"solutions/{Folder}/ANSWER.md", AddADigitToItsTable, "ANSWER.md", "is in no snapshot");

    [Fact]
    public async Task A_stub_that_gives_a_task_away_is_found() =>
        await Finds(
            $"katas/{Folder}/WhyScaleScores.cs",
            text => text.Replace("throw new NotImplementedException(\"Task 4: minus the sum of p ln p along each row; think of p = 0.\")", "weights.Row(0)"),
            "WhyScaleScores.cs",
            "must fail every test by NotImplementedException");

    [Theory]
    [InlineData("private static int unused;", "CS0169")]
    [InlineData("private static int Length(string? text) => text.Length;", "CS8602")]
    public async Task A_stub_with_a_warning_is_found(string member, string warning) =>
        await Finds($"katas/{Folder}/WhyScaleScores.cs", text => text.Replace("    /// <summary>Task 4.", $"    {member}\n\n    /// <summary>Task 4."), "WhyScaleScores.cs", warning);

    [Fact]
    public async Task A_stub_with_another_surface_is_found() =>
        await Finds($"solutions/{Folder}/WhyScaleScores.cs", text => text.Replace("double JacobianNorm([Shape(\"n\")] Vector<double> logits)", "double JacobianNorm([Shape(\"n\")] Vector<double> scores, int n = 1)").Replace("foreach (var weight in Softmax(logits))", "foreach (var weight in Softmax(scores))"), "WhyScaleScores.cs", "lacks what the reference has in public");

    [Fact]
    public async Task A_reference_that_fails_is_found() =>
        await Finds($"solutions/{Folder}/WhyScaleScores.cs", text => text.Replace("Math.Log(weight)", "Math.Log2(weight)"), "WhyScaleScores.cs", "must pass: Fail");

    [Fact]
    public async Task An_alternative_that_fails_is_found() =>
        await Finds($"solutions/{Folder}/alternatives/log-space.cs", text => text.Replace("Math.Log(p)", "Math.Log2(p)"), "log-space.cs", "must pass: Fail");

    [Fact]
    public async Task A_mistake_that_survives_is_found() =>
        await Finds($"solutions/{Folder}/mistakes.yml", text => text.Replace("      score * score\n", "      (mean - score) * (mean - score)\n"), "mistakes.yml", "mean-not-subtracted must fail a test of task 1");

    [Fact]
    public async Task A_mistake_of_another_task_is_found() =>
        await Finds($"solutions/{Folder}/mistakes.yml", text => text.Replace("id: mean-not-subtracted\n    task: 1", "id: mean-not-subtracted\n    task: 3"), "mistakes.yml", "mean-not-subtracted must fail a test of task 3");

    [Fact]
    public async Task A_mistake_that_does_not_apply_is_found() =>
        await Finds($"solutions/{Folder}/mistakes.yml", text => text.Replace("(score - mean) * (score - mean)", "(score - average)"), "055-why-scale-scores", "mean-not-subtracted");

    [Fact]
    public async Task Two_mistakes_that_fail_alike_are_found() =>
        await Finds($"solutions/{Folder}/mistakes.yml", text => text.Replace("      / Math.Sqrt(keys.RowCount)\n", "      / (0.0 + queries.ColumnCount)\n"), "mistakes.yml", "fail alike");

    [Fact]
    public async Task A_wrong_answer_that_passes_is_found() =>
        await Finds($"solutions/{Folder}/attempts/right-after-all.cs", _ => "// none: nothing is wrong with it.\n" + clone.Reference, "right-after-all.cs", "must fail a test");

    [Fact]
    public async Task A_wrong_answer_with_an_unknown_mistake_is_found() =>
        await Finds(
            $"solutions/{Folder}/attempts/log-two.cs",
            _ => "// bits-for-nats: takes the logarithm to base two.\n" + clone.Reference.Replace("Math.Log(weight)", "Math.Log2(weight)"),
            "log-two.cs",
            "bits-for-nats is no mistake");

    [Fact]
    public async Task A_wrong_answer_that_does_not_say_what_is_wrong_is_found() =>
        await Finds($"solutions/{Folder}/attempts/unnamed.cs", _ => clone.Reference, "055-why-scale-scores", "the first line must be");

    [Fact]
    public async Task An_excused_mutation_of_a_line_that_is_gone_is_found() =>
        await Finds($"solutions/{Folder}/mistakes.yml", text => text.Replace("line: queries.ColumnCount ==", "line: queries.RowCount =="), "mistakes.yml", "the reference has no line");

    [Fact]
    public async Task Words_of_the_template_are_found() =>
        await Finds($"solutions/{Folder}/ANSWER.md", text => text + "\nTO BE WRITTEN\n", "ANSWER.md", "still to be written");

    private static string AddADigitToItsTable(string answer)
    {
        var table = answer.IndexOf("```text", StringComparison.Ordinal);
        return answer.Insert(answer.IndexOf('.', table), "0");
    }

    private async Task Finds(string file, Func<string, string?> change, string namedFile, string problem) =>
        (await clone.VerifyWithAsync(file, change)).Should().Contain(
            finding => finding.File.Replace('\\', '/').EndsWith(namedFile, StringComparison.Ordinal) && finding.Problem.Contains(problem, StringComparison.Ordinal));
}
