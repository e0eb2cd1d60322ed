using System.Diagnostics;
using Kata.Rules;
using Kata.Tests.Parity;

namespace Kata.Tests.Rules.Together;

/// <summary>
/// An analyzer that the SDK's compiler refuses says nothing, and nothing says so but CS9057: only a real build
/// proves that the rules speak in one.
/// </summary>
public class RealBuildTests
{
    private const string Answer = """
        namespace Kata055;

        public static class WhyScaleScores
        {
            public static Matrix<double> Attend(Matrix<double> queries, Matrix<double> keys, Matrix<double> values) =>
                Matrix<double>.Build.DenseOfRowVectors((queries.TransposeAndMultiply(keys) / queries.ColumnCount).EnumerateRows().Select(row =>
                {
                    var exponentials = row.PointwiseExp();
                    return exponentials / exponentials.Sum();
                })) * values;
        }
        """;

    [Fact]
    public async Task Rules_of_every_kata_and_of_this_kata_speak_in_dotnet_build()
    {
        using var clone = new CloneOfRepository();
        File.WriteAllText(Path.Combine(clone.Repository.Katas, "attention", "055-why-scale-scores", "WhyScaleScores.cs"), Answer);

        var output = await BuildAsync(clone.Repository.Katas);

        output.Should().NotContain("CS9057").And.NotContain("AD0001");
        output.Should().MatchRegex($@"WhyScaleScores\.cs\(8,\d+\): warning {RuleIds.SubtractTheMaximumBeforeTheExponential}");
        output.Should().MatchRegex($@"WhyScaleScores\.cs\(6,\d+\): warning {RuleIds.ScaleByTheRootOfTheDimension}", "the front matter of 055 asks for it");
    }

    private static async Task<string> BuildAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["build", "-p:Kata=55", "--nologo", "-p:UseSharedCompilation=false", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, "katas with warnings build:\n{0}", output);
        return output;
    }
}
