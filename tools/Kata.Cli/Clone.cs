using Kata.Cli.Commands;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Cli;

/// <summary>The clone that a command works on: found and read when it is first needed, or ahead of that.</summary>
/// <param name="variable">Environment variables by name.</param>
/// <param name="workingDirectory">Where relative paths start.</param>
/// <param name="createChecker">Who checks answers.</param>
internal sealed class Clone(
    Func<string, string?> variable, string workingDirectory, Func<Repository, CheckerOptions, IAnswerChecker> createChecker)
{
    /// <summary>The folder of the clone, when the launcher that started the tool belongs to one.</summary>
    private const string RootVariable = "KATA_ROOT";

    private readonly Lazy<Repository> repository = new(() =>
        Repository.Find(variable(RootVariable) is { Length: > 0 } root ? root : workingDirectory));

    private Task<KataCatalogue>? catalogue;
    private Task<IAnswerChecker>? checkerOfOne;

    /// <summary>Environment variables by name.</summary>
    public Func<string, string?> Variable => variable;

    /// <summary>Where relative paths start.</summary>
    public string WorkingDirectory => workingDirectory;

    /// <summary>Where it is.</summary>
    /// <exception cref="KataException">There is none around the working directory.</exception>
    public Repository Repository => repository.Value;

    /// <summary>Its katas.</summary>
    public KataCatalogue Catalogue => LoadCatalogue().GetAwaiter().GetResult();

    /// <summary>
    /// Begins what a command will wait for, while another processor makes the terminal ready and reads the command
    /// line. What fails is told to whoever asks for the result.
    /// </summary>
    public void Begin(IReadOnlyList<string> arguments)
    {
        LoadCatalogue();
        if (CheckCommand.IsOfOne(arguments))
        {
            checkerOfOne = Task.Run(CreateCheckerOfOne);
        }
    }

    /// <summary>Who checks answers.</summary>
    public IAnswerChecker CreateChecker(CheckerOptions options) => createChecker(Repository, options);

    /// <summary>Who checks one answer, once.</summary>
    public Task<IAnswerChecker> CheckerOfOneAsync() => checkerOfOne ?? Task.FromResult(CreateCheckerOfOne());

    private Task<KataCatalogue> LoadCatalogue() => catalogue ??= Task.Run(() => KataCatalogue.Load(Repository));

    private IAnswerChecker CreateCheckerOfOne() => CreateChecker(new CheckerOptions { Workload = Workload.OneCheck });
}
