using System.CommandLine;
using Kata.Engine.Progress;

namespace Kata.Cli.Commands;

/// <summary><c>kata export FILE</c>: all answers in one file, to take to another machine.</summary>
internal static class ExportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var file = new Argument<string>("FILE") { Description = Texts.ArgumentExportFile };
        var force = new Option<bool>("--force") { Description = Texts.OptionForce };
        return new Command("export", Texts.DescriptionExport) { file, force }
            .WithAction((commandLine, cancellation) =>
                RunAsync(session, session.FullPath(commandLine.GetRequiredValue(file)), commandLine.GetValue(force), cancellation));
    }

    private static async Task<int> RunAsync(Session session, string file, bool force, CancellationToken cancellation)
    {
        if (File.Exists(file) && !force)
        {
            throw new KataException(Texts.ExportExists.With(session.Shown(file)));
        }

        var katas = await new AnswerArchive(session.Catalogue, session.Repository).ExportAsync(file, cancellation);
        session.Screen.Profile.Out.Writer.WriteLine(Texts.Exported.With(katas.Count, session.Shown(file)));
        return ExitCode.Passed;
    }
}
