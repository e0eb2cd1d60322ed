using System.CommandLine;
using Kata.Bench;
using Kata.Engine;

var quick = new Option<bool>("--quick") { Description = "A short run: few repetitions of one kata. Shows that everything works; its figures say little." };
var json = new Option<bool>("--json") { Description = "Write one JSON object at the end instead of lines." };
var katas = new Option<int[]>("--kata")
{
    Description = "The katas that are edited.",
    DefaultValueFactory = _ => [55, 12, 36, 45, 72, 78],
    AllowMultipleArgumentsPerToken = true,
    HelpName = "NUMBER",
};
var command = new RootCommand("Measures how fast kata is, on a temporary clone of the last commit.") { quick, json, katas };
command.SetAction(async (commandLine, cancellation) =>
{
    try
    {
        var plan = commandLine.GetValue(quick) ? Plan.Quick : Plan.Full;
        var report = new Report(plan, commandLine.GetValue(json));
        await new Benchmark(plan, commandLine.GetValue(katas)!, report).RunAsync(cancellation);
        report.End();
        return 0;
    }
    catch (Exception exception) when (exception is KataException or BenchmarkException)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();
